using CallCluster.Edge.Legs;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Admission;

/// <summary>
/// Refuses what the edge could not carry, before it costs a transaction, a grain call or a log line each: beyond its calls, and while the cluster does not keep up
/// with the calls that it was offered. Requests in dialogs never come here.
/// </summary>
internal sealed partial class CapacityGate(EdgeContext edge)
{
    private readonly ILogger _logger = edge.Logger;
    private Refusal? _last;

    /// <summary>Why a new call is not taken now; null when it is.</summary>
    public NewCallRefusal? Refuse()
    {
        var refusal = edge.Calls.Count >= edge.Options.MaxCalls ? Refusal.OverCapacity : edge.Offers.IsFull ? Refusal.Overloaded : (Refusal?)null;
        if (refusal != _last) Tell(refusal);
        _last = refusal;
        if (refusal is not { } reason) return null;
        EdgeMetrics.CallsRefused.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
        return new NewCallRefusal(reason.Answer().Reason, RetryAfter.Jittered());
    }

    private void Tell(Refusal? refusal)
    {
        if (refusal is Refusal.OverCapacity) LogFull(edge.Options.MaxCalls);
        else if (refusal is Refusal.Overloaded && _last is null) LogOverloaded(edge.Options.MaxOffersInFlight);
    }

    [LoggerMessage(LogLevel.Warning, "This edge carries all {MaxCalls} calls that it may: new ones get 503. Add edges, or raise Media:MaxCalls if there is room.")]
    private partial void LogFull(int maxCalls);

    [LoggerMessage(LogLevel.Warning, "{Offers} new calls wait for the cluster to take them: further ones get 503 until it keeps up again. If this lasts, add silos, or look for what slows them.")]
    private partial void LogOverloaded(int offers);
}
