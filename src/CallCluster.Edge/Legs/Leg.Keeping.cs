using CallCluster.Contracts.Calls;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Legs;

/// <content>
/// A leg that its agent is about to leave to another call, in which the REFER came (<see cref="Successor"/>). Many phones hang up both calls as soon as their REFER is accepted: the leg then waits
/// a little for the dialog that takes its place, so that whoever was consulted there is not lost.
/// </content>
internal abstract partial class Leg
{
    /// <summary>The other call's trunk may be asked first, and then another edge.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(20);

    // Written in the mailbox, read by admission under the endpoint's lock as well.
    private volatile KeptDialog? _kept;

    /// <summary>Whether the leg waits for another call, also after its party's BYE.</summary>
    public bool IsKept => _kept is not null;

    /// <summary>A BYE of the agent's does not end the leg for now.</summary>
    public void Keep()
    {
        if (IsKept || State != LegState.Answered || Agent is null || IsSupervisor || _isHungUp) return;
        var kept = _kept = new KeptDialog(Session!);
        kept.Session.OutlivesBye = true;
        if (!kept.Session.OutlivesBye)
        {
            // Its BYE was here first.
            _kept = null;
            return;
        }

        PostAfter(KeptFor, () =>
        {
            if (_kept == kept) Release();
        });
    }

    /// <summary>Nobody takes the leg over any more: it has ended when its party has.</summary>
    public void Release()
    {
        if (Forget() is { PartyEnd: var (cause, status, text) }) End(cause, status, text);
    }

    private KeptDialog? Forget()
    {
        if (_kept is not { } kept) return null;
        _kept = null;
        kept.Session.OutlivesBye = false;
        return kept;
    }

    private bool WaitsForOtherCall(LegEndCause cause, int? status, string? text)
    {
        if (_kept is not { } kept || cause != LegEndCause.RemoteHangup || _isHungUp) return false;
        kept.PartyEnd = (cause, status, text);
        return true;
    }

    /// <param name="session">The dialog that is to be replaced.</param>
    private sealed class KeptDialog(InviteSession session)
    {
        public InviteSession Session => session;

        /// <summary>How it ended before it was replaced; null while it has not.</summary>
        public (LegEndCause Cause, int? Status, string? Text)? PartyEnd { get; set; }
    }
}
