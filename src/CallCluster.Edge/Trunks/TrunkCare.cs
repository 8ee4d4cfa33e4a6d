using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Trunks;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Trunks;

/// <summary>Offers this edge to care for each trunk that registers or is probed, and does so where the TrunkGrain lends it (PROTOCOL: who owns what else).</summary>
internal sealed partial class TrunkCare(EdgeContext edge) : IAsyncDisposable
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(3);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, (TrunkPeer Peer, long Until)> _peers = new(StringComparer.Ordinal);
    private readonly ILogger _logger = edge.Logger;
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Run();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        foreach (var name in _peers.Keys.ToList()) await Leave(name).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task Run()
    {
        using var timer = new PeriodicTimer(ReportEvery, edge.Clock);
        try
        {
            do
            {
                var trunks = edge.Routing.Routing.Trunks;
                foreach (var name in _peers.Keys.Where(name => !trunks.TryGetValue(name, out var options) || !_peers[name].Peer.Serves(options)).ToList())
                    await Leave(name).ConfigureAwait(false);
                foreach (var (name, options) in trunks)
                {
                    if ((options.Register || options.ProbeInterval > TimeSpan.Zero) && SipUri.TryParse(options.Proxy, out var proxy)) await Attend(name, options, proxy).ConfigureAwait(false);
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task Attend(string name, TrunkOptions options, SipUri proxy)
    {
        var cares = _peers.TryGetValue(name, out var own);
        var now = edge.Clock.GetTimestamp();
        try
        {
            var duty = await edge.Grains.GetGrain<ITrunkGrain>(name).Attend(new TrunkReport(edge.Options.EdgeId, cares, own.Peer?.Health)).ConfigureAwait(false);
            if (duty.Lent)
            {
                // Counted from the question: the grain's lease began later.
                _peers[name] = (own.Peer ?? new TrunkPeer(edge, name, options, proxy), now + (long)(duty.For.TotalSeconds * edge.Clock.TimestampFrequency));
            }
            else if (cares) Drop(name);
        }
        catch (Exception exception)
        {
            if (cares && edge.Clock.GetTimestamp() >= own.Until) Drop(name);
            LogNotReported(exception, name);
        }
    }

    /// <summary>Another edge cares for the trunk, or may: ours is no longer valid, and the binding is the other's to replace.</summary>
    private void Drop(string name)
    {
        _peers.Remove(name, out var own);
        own.Peer.Dispose();
    }

    private async Task Leave(string name)
    {
        _peers.Remove(name, out var own);
        own.Peer.Leave();
        try
        {
            await edge.Grains.GetGrain<ITrunkGrain>(name).Attend(new TrunkReport(edge.Options.EdgeId, Cares: false, null, Leaves: true)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogNotReported(exception, name);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Trunk {Trunk}: its TrunkGrain does not answer; who registers and probes it is asked for again.")]
    private partial void LogNotReported(Exception exception, string trunk);
}
