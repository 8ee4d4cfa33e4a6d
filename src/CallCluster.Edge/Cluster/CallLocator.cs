using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Edge.Calls;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Cluster;

/// <summary>Finds the edge that carries a call of this cluster.</summary>
internal sealed partial class CallLocator(EdgeContext edge)
{
    /// <summary>A phone waits for the answer to its REFER meanwhile.</summary>
    private static readonly TimeSpan KeepPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepInquiryEvery = TimeSpan.FromMilliseconds(10);

    private readonly ILogger _logger = edge.Logger;

    /// <summary>The URI by which that edge is reached; null when no edge carries the call (any more), or the cluster does not say.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="user">User part of the URI.</param>
    public async Task<SipUri?> Find(string callId, string user)
    {
        if (edge.Calls.Find(callId) is not null) return edge.Sip.UriFor(user);
        try
        {
            if (await edge.CallGrains[callId].View().ConfigureAwait(false) is not { State: not CallState.Ended } call) return null;
            var carrier = await edge.Grains.GetGrain<IEdgeGrain>(call.Edge).View().ConfigureAwait(false);
            return carrier is { Status: not EdgeStatus.Dead } && SipUri.TryParse(carrier.Uri, out var uri) ? uri.WithUser(user) : null;
        }
        catch (Exception exception)
        {
            LogNotFound(exception, callId);
            return null;
        }
    }

    /// <summary>Has the edge that carries a call keep a leg of it, or let it go: <see cref="ICallGrain.KeepLeg"/>. Returns when that edge has said so, and also when the cluster does not answer.</summary>
    public async Task Keep(string callId, int leg, string agent, bool keep)
    {
        try
        {
            var giveUp = edge.Clock.GetUtcNow() + KeepPatience;
            while (await edge.CallGrains[callId].KeepLeg(leg, agent, keep).WaitAsync(KeepPatience, edge.Clock).ConfigureAwait(false))
            {
                if (edge.Clock.GetUtcNow() >= giveUp) throw new TimeoutException("The call's edge did not say that it keeps the leg.");
                await Task.Delay(KeepInquiryEvery, edge.Clock).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            LogNotKept(exception, callId);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Where call {CallId} is could not be asked: the cluster does not answer. The transfer to it fails and its agent still has the caller. Check the silos.")]
    private partial void LogNotFound(Exception exception, string callId);

    [LoggerMessage(LogLevel.Warning, "Call {CallId} could not be told of a transfer to it: the cluster, or the call's edge, does not answer. If the agent's phone hangs up before the transfer is done, whoever was asked there is lost. Check the silos and that edge.")]
    private partial void LogNotKept(Exception exception, string callId);
}
