using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace CallCluster.Sip.Location;

/// <summary>DNS by DnsClient, without a cache: <see cref="ServerLocator"/> keeps what was found.</summary>
internal sealed class DnsNameServer(NameServerOptions options) : INameServer
{
    /// <summary>The machine tells no time to live.</summary>
    private static readonly TimeSpan SystemLifetime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromMinutes(1);

    // Made when the first name comes: it reads the machine's configuration.
    private readonly Lazy<LookupClient> _client = new(() => new LookupClient(Settings(options)));

    public async Task<DnsAnswer<Naptr>> NaptrAsync(string domain)
    {
        var response = await QueryAsync(domain, QueryType.NAPTR).ConfigureAwait(false);
        return Answer(response, response.Answers.OfType<NAPtrRecord>().Select(record => new Naptr(record.Order, record.Preference, record.Flags, record.Services, Plain(record.Replacement))));
    }

    public async Task<DnsAnswer<Srv>> SrvAsync(string name)
    {
        var response = await QueryAsync(name, QueryType.SRV).ConfigureAwait(false);
        return Answer(response, response.Answers.OfType<SrvRecord>().Select(record => new Srv(record.Priority, record.Weight, record.Port, Plain(record.Target))));
    }

    public async Task<DnsAnswer<IPAddress>> AddressesAsync(string host)
    {
        if (options.Servers.Count == 0)
            return new DnsAnswer<IPAddress>(await Task.Run(() => Dns.GetHostAddressesAsync(host)).WaitAsync(options.Timeout * 2).ConfigureAwait(false), SystemLifetime);
        Task<IDnsQueryResponse>[] both = [QueryAsync(host, QueryType.A), QueryAsync(host, QueryType.AAAA)];
        await ((Task)Task.WhenAll(both)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // One family is enough.
        var answers = both.Where(query => query.IsCompletedSuccessfully).Select(query => Answer(query.Result, query.Result.Answers.OfType<AddressRecord>().Select(record => record.Address))).ToList();
        if (answers.Count == 0)
            await both[0].ConfigureAwait(false);
        var found = answers.Where(answer => answer.Records.Count > 0).DefaultIfEmpty(answers[0]).ToList();
        return new DnsAnswer<IPAddress>([.. found.SelectMany(answer => answer.Records)], found.Min(answer => answer.Lifetime));
    }

    private static LookupClientOptions Settings(NameServerOptions options)
    {
        var settings = options.Servers.Count == 0 ? new LookupClientOptions() : new LookupClientOptions([.. options.Servers]);
        settings.UseCache = false;
        settings.Timeout = options.Timeout;
        settings.Retries = 1;
        settings.ContinueOnEmptyResponse = false;
        return settings;
    }

    private async Task<IDnsQueryResponse> QueryAsync(string name, QueryType type)
    {
        // Never in the caller's thread, which holds the endpoint's lock.
        var response = await Task.Run(() => _client.Value.QueryAsync(name, type)).ConfigureAwait(false);
        return response.HasError && response.Header.ResponseCode != DnsHeaderResponseCode.NotExistentDomain
            ? throw new IOException($"{type} of {name}: {response.ErrorMessage}")
            : response;
    }

    /// <summary>The least time to live of all records that led here; for "there is none" what its SOA says (RFC 2308 §5), but not for long.</summary>
    private static DnsAnswer<T> Answer<T>(IDnsQueryResponse response, IEnumerable<T> records)
    {
        T[] found = [.. records];
        if (found.Length > 0)
            return new DnsAnswer<T>(found, TimeSpan.FromSeconds(response.Answers.Min(record => record.InitialTimeToLive)));
        var absence = response.Authorities.OfType<SoaRecord>().Select(soa => TimeSpan.FromSeconds(Math.Min(soa.InitialTimeToLive, soa.Minimum))).FirstOrDefault(LongestAbsence);
        return new DnsAnswer<T>([], absence < LongestAbsence ? absence : LongestAbsence);
    }

    private static string Plain(DnsString name) => name.Value.TrimEnd('.');
}
