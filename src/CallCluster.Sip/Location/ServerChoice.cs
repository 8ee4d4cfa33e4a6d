using CallCluster.Sip.Transports;

namespace CallCluster.Sip.Location;

/// <summary>The servers that one request may go to, best first, and how far it got (RFC 3263 §4.3). Under the endpoint's lock.</summary>
/// <param name="transport">Makes the flows.</param>
/// <param name="host">Host of the URI: what a certificate must prove, wherever DNS led (RFC 5922 §4).</param>
/// <param name="targets">All can be reached from a listener of ours.</param>
/// <param name="preferred">The listener to send from where it can; null for any.</param>
internal sealed class ServerChoice(TransportLayer transport, string host, IReadOnlyList<SipTarget> targets, SipTransport? preferred)
{
    private int _next;

    /// <summary>Whether there is another server, should this one fail.</summary>
    internal bool HasNext => _next < targets.Count;

    /// <summary>The way to the next server; null when all were tried.</summary>
    internal SipFlow? Next()
    {
        while (HasNext)
        {
            var target = targets[_next++];
            if (transport.FlowTo(target.Protocol, target.Address, host, preferred) is { } flow)
                return flow;
        }

        return null;
    }

    /// <summary>As <see cref="Next"/>, after the last one failed: it is avoided for a while.</summary>
    /// <param name="cause">Metric label.</param>
    /// <param name="retryAfter">For how long it asked to be left alone.</param>
    internal SipFlow? NextAfter(FailureCause cause, TimeSpan? retryAfter = null)
    {
        // One without an alternative is tried again each time.
        if (targets.Count < 2)
            return null;
        var failed = targets[_next - 1];
        var isNews = !transport.Failed.Contains(failed);
        transport.Failed.Add(failed, retryAfter);
        var next = Next();
        if (next is { } flow)
            transport.NoteFailover(host, failed, cause, flow.Remote, isNews);
        return next;
    }

    /// <summary>The server answers.</summary>
    internal void NoteAnswer()
    {
        if (targets.Count > 1)
            transport.Failed.Remove(targets[_next - 1]);
    }
}
