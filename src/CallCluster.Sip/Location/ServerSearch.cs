using System.Net;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.Location;

/// <summary>One search for the servers of a domain: which transport (RFC 3263 §4.1), then which address and port (§4.2). Goes on off the endpoint's lock.</summary>
/// <param name="names">DNS.</param>
/// <param name="query">What is searched.</param>
/// <param name="usable">The transports that we have.</param>
internal sealed class ServerSearch(INameServer names, ServerQuery query, IReadOnlySet<SipTransportProtocol> usable)
{
    private const int MaxServices = 4;
    private const int MaxServers = 16;
    private const int MaxAddresses = 8;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>A server of names that did not answer is asked again soon.</summary>
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

    /// <summary>Zero would let each call of a rush search anew.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private TimeSpan _lifetime = Longest;
    private string? _fault;

    internal async Task<FoundServers> RunAsync()
    {
        var groups = await FindAsync().ConfigureAwait(false);
        return new FoundServers(groups, _lifetime < Shortest ? Shortest : _lifetime, _fault);
    }

    private async Task<IReadOnlyList<ServerGroup>> FindAsync()
    {
        if (query.Port is { } port)
            return [await AtHostAsync(query.ProtocolOrDefault, port).ConfigureAwait(false)];
        var services = query.Protocol is { } named ? Supported([named]) : await ServicesAsync().ConfigureAwait(false);
        if (services.Count == 0)
            return [];
        var groups = await Task.WhenAll(services.Select(ServersAsync)).ConfigureAwait(false);
        return groups.Any(group => group is not null)
            ? [.. groups.OfType<ServerGroup>()]
            : [await AtHostAsync(services[0].Protocol, services[0].Protocol.DefaultPort()).ConfigureAwait(false)];
    }

    /// <summary>§4.1: what NAPTR prefers of what we have, else each transport that the URI's scheme may have.</summary>
    private async Task<IReadOnlyList<Service>> ServicesAsync()
    {
        List<(Naptr Record, SipTransportProtocol Protocol)> known = [];
        foreach (var record in await Ask(names.NaptrAsync(query.Host), MaxServers).ConfigureAwait(false))
        {
            if (record.Flags.Equals("s", StringComparison.OrdinalIgnoreCase) && record.Replacement.Length > 0 && ProtocolOf(record.Services) is { } protocol && IsWanted(protocol))
                known.Add((record, protocol));
        }

        if (known.Count == 0)
            return query.IsSecure ? Supported([SipTransportProtocol.Tls]) : Supported([SipTransportProtocol.Udp, SipTransportProtocol.Tcp]);
        // RFC 3403 §4.1: once an order fits, those after it do not count.
        var order = known.Min(item => item.Record.Order);
        return [.. known.Where(item => item.Record.Order == order).OrderBy(item => item.Record.Preference).Take(MaxServices).Select(item => new Service(item.Protocol, item.Record.Replacement))];
    }

    /// <summary>§4.2: the servers of a service; null when there is no SRV record at all.</summary>
    private async Task<ServerGroup?> ServersAsync(Service service)
    {
        var records = await Ask(names.SrvAsync(service.Name), int.MaxValue).ConfigureAwait(false);
        if (records.Count == 0)
            return null;
        // RFC 2782: "." says that the service is decidedly not there.
        var servers = await Task.WhenAll(records.Where(record => record.Target.Length > 0 && record.Port > 0).OrderBy(record => record.Priority).Take(MaxServers)
            .Select(async record => new Server(record.Priority, record.Weight, await AddressesAsync(record.Target, record.Port).ConfigureAwait(false)))).ConfigureAwait(false);
        return new ServerGroup(service.Protocol, [.. servers.Where(server => server.Addresses.Count > 0)]);
    }

    private async Task<ServerGroup> AtHostAsync(SipTransportProtocol protocol, int port) =>
        new(protocol, [new Server(0, 0, await AddressesAsync(query.Host, port).ConfigureAwait(false))]);

    private async Task<IReadOnlyList<IPEndPoint>> AddressesAsync(string host, int port) =>
        IPAddress.TryParse(host, out var address) ? [new IPEndPoint(address, port)]
        : host.Length > ServerQuery.MaxHost ? []
        : [.. (await Ask(names.AddressesAsync(host), MaxAddresses).ConfigureAwait(false)).Select(found => new IPEndPoint(found, port))];

    private List<Service> Supported(IEnumerable<SipTransportProtocol> protocols) => [.. protocols.Where(IsWanted).Select(protocol => new Service(protocol, $"{Prefix(protocol)}.{query.Host}"))];

    private bool IsWanted(SipTransportProtocol protocol) => usable.Contains(protocol) && (protocol == SipTransportProtocol.Tls || !query.IsSecure);

    private static string Prefix(SipTransportProtocol protocol) => protocol switch
    {
        SipTransportProtocol.Tls => "_sips._tcp",
        SipTransportProtocol.Tcp => "_sip._tcp",
        _ => "_sip._udp",
    };

    private static SipTransportProtocol? ProtocolOf(string service) => service.ToUpperInvariant() switch
    {
        "SIP+D2U" => SipTransportProtocol.Udp,
        "SIP+D2T" => SipTransportProtocol.Tcp,
        "SIPS+D2T" => SipTransportProtocol.Tls,
        _ => null,
    };

    /// <summary>What an answer holds; a question that found no answer counts as "there is none", for a short time.</summary>
    private async Task<IReadOnlyList<T>> Ask<T>(Task<DnsAnswer<T>> question, int most)
    {
        try
        {
            var (records, lifetime) = await question.ConfigureAwait(false);
            Note(lifetime, null);
            return records.Count <= most ? records : [.. records.Take(most)];
        }
        catch (Exception exception)
        {
            Note(AfterFault, exception.Message);
            return [];
        }
    }

    private void Note(TimeSpan lifetime, string? fault)
    {
        lock (_lock)
        {
            if (lifetime < _lifetime)
                _lifetime = lifetime;
            _fault ??= fault;
        }
    }

    private readonly record struct Service(SipTransportProtocol Protocol, string Name);
}
