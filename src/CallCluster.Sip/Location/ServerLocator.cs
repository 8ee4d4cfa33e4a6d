using CallCluster.Sip.Transports;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.Location;

/// <summary>Finds the servers of URIs by DNS (RFC 3263) and keeps what it found for as long as that is good. Under the endpoint's lock, which no search holds.</summary>
internal sealed partial class ServerLocator(IReadOnlySet<SipTransportProtocol> usable, Lock gate, TimeProvider time, ILogger logger)
{
    private const int MaxSearches = 500;
    private const int MaxWaiting = 10_000;
    private const int MaxKept = 1000;
    private readonly Dictionary<ServerQuery, (FoundServers Found, long At)> _kept = [];
    private readonly Dictionary<ServerQuery, List<Action<FoundServers>>> _searches = [];
    private static readonly FoundServers None = new([], TimeSpan.Zero);

    /// <summary>Tells what was found: at once where it is known, else later under the lock. One search serves all who ask meanwhile.</summary>
    internal void Find(INameServer names, ServerQuery query, Action<FoundServers> then)
    {
        if (_kept.TryGetValue(query, out var known) && time.GetElapsedTime(known.At) < known.Found.Lifetime)
            then(known.Found);
        else if (_searches.TryGetValue(query, out var waiting) && waiting.Count < MaxWaiting)
            waiting.Add(then);
        else if (waiting is not null || _searches.Count >= MaxSearches || query.Host.Length > ServerQuery.MaxHost)
            then(None);
        else
        {
            _searches.Add(query, [then]);
            _ = SearchAsync(names, query);
        }
    }

    private async Task SearchAsync(INameServer names, ServerQuery query)
    {
        FoundServers found;
        try
        {
            found = await new ServerSearch(names, query, usable).RunAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            found = None with { Fault = exception.Message };
        }

        var any = found.Groups.Any(group => group.Servers.Any(server => server.Addresses.Count > 0));
        SipMetrics.Located(any ? "found" : found.Fault is null ? "none" : "failed");
        if (!any)
            LogInformationNone(query.Host, found.Fault ?? "there is no such name");
        lock (gate)
        {
            _searches.Remove(query, out var waiting);
            if (_kept.Count >= MaxKept)
                _kept.Clear();
            _kept[query] = (found, time.GetTimestamp());
            foreach (var then in waiting!)
            {
                try
                {
                    then(found);
                }
                catch (Exception exception)
                {
                    LogErrorCallback(exception);
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The SIP host {Host} leads nowhere ({Error}). Check its spelling and its NAPTR, SRV and address records, and the DNS servers of Sip:Dns or of this machine.")]
    private partial void LogInformationNone(string host, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sending after a DNS look-up threw. Report this as a bug.")]
    private partial void LogErrorCallback(Exception exception);
}
