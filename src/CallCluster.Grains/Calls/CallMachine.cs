using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Edges;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Calls;

/// <summary>The call's one owner: what one inbound call does, from the offer to its record (DESIGN section 4).</summary>
public sealed partial class CallMachine : Machine<CallMessage>
{
    /// <param name="callId">The grain's key.</param>
    /// <param name="stored">What the store has; null when nothing, or for an id that is known to be new.</param>
    /// <param name="routing">The current configuration, read anew at each step.</param>
    /// <param name="activatedAt">Now.</param>
    public CallMachine(string callId, StoredCall? stored, IRoutingConfiguration routing, DateTimeOffset activatedAt)
    {
        CallId = callId;
        State = stored;
        _ = routing;
        _ = activatedAt;
    }

    public string CallId { get; }

    /// <summary>What the host stores when <see cref="Effects.MustPersist"/>; null while nothing is known of the call.</summary>
    public StoredCall? State { get; private set; }

    /// <summary>
    /// Another activation has driven the call since: the host deactivates this one and lets the turn fail, so that the edge delivers again to
    /// one that has loaded what is stored. Effects of the turn are void.
    /// </summary>
    public bool Superseded { get; private set; }

    public override DateTimeOffset? NextDue => null;

    /// <summary>Takes the next events of the edge; when it returns they are acknowledged.</summary>
    public void Deliver(EdgeEvents batch, DateTimeOffset now, Effects effects) => throw new NotImplementedException();

    public override void Handle(CallMessage message, DateTimeOffset now, Effects effects) => throw new NotImplementedException();

    public override void OnDue(DateTimeOffset now, Effects effects) => throw new NotImplementedException();

    /// <summary>The host has written the record that <see cref="Effects.Publish"/> gave it. Until told so, the machine publishes it again.</summary>
    public void OnRecordWritten(DateTimeOffset now, Effects effects) => throw new NotImplementedException();

    /// <summary>What the API shows; null when nothing is known.</summary>
    public CallView? View() => State is null ? null : throw new NotImplementedException();
}
