using System.Globalization;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Trunks;
using CallCluster.Sip.Bodies;
using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Legs;

/// <content>
/// REFER to the party (RFC 3515): its own side brings it elsewhere, and tells by NOTIFY how that goes. How long that may take is the CallGrain's affair. A BYE of the party tells nothing: it is sent
/// by one who has been transferred, and by one who hangs up. Since the NOTIFY of the first may follow it, the leg waits a little for that; without one the party has hung up.
/// </content>
internal abstract partial class Leg
{
    private static readonly TimeSpan OutcomeAfterBye = TimeSpan.FromSeconds(4);
    private RunningRefer? _refer;
    private InviteSession? _referSentIn;

    /// <summary>Sends a REFER; one to elsewhere that is under way is not followed any more. The same again, by a new incarnation of the CallGrain, is that one.</summary>
    public void Refer(ReferLeg refer)
    {
        if (_refer?.To == refer.To) return;
        AbandonRefer();
        if (State != LegState.Answered || Trunk is not { } trunk || !Edge.Routing.Routing.Trunks.TryGetValue(trunk, out var options)
            || ReferToOf(refer.To, trunk, options) is not { } target)
        {
            Tell(new ReferEnded(Number, 480));
            return;
        }

        // The number of a REFER is above those of all requests before it.
        var session = Session!;
        var running = _refer = new RunningRefer(refer.To, trunk, session, after: session.Dialog?.LocalCSeq ?? 0, isFirst: session != _referSentIn);
        _referSentIn = session;
        EdgeMetrics.TransfersReferred.Add(1, new KeyValuePair<string, object?>("trunk", trunk));
        // Before it is answered: a BYE may overtake the 202.
        session.OutlivesBye = true;
        var isSent = session.SendRequest(SipMethods.Refer, completed: (status, _) =>
        {
            if (status >= 300) Call.Post(() => EndRefer(running, status));
        }, headers: [(HeaderNames.ReferTo, $"<{target}>"), (HeaderNames.ReferredBy, $"<{Edge.UriOf(refer.By)}>")]);
        if (!isSent) EndRefer(running, 480);
    }

    /// <summary>The URI of a destination, written for the trunk; of a party of another call, when it is behind the same trunk. Null when there is none.</summary>
    private SipUri? ReferToOf(string to, string trunk, TrunkOptions options)
    {
        if (Call.FindConsulted(to) is { } party) return party.Trunk == trunk ? party.ReferTo : null;
        return Destination.TryParse(to, out var destination) && TrunkAddress.TryMake(destination, options, out var address) ? address.Target : null;
    }

    /// <summary>With whom the agent on this leg talks in the call that <paramref name="to"/> names, when the agent has asked to leave the leg to it.</summary>
    public ConsultedParty? ConsultedIn(string to) => _successor is { } successor && successor.By == to ? successor.Consulted : null;

    /// <summary>With whom the agent talks whose dialog this is; null when it is not that agent's, or they do not talk with a party behind a trunk.</summary>
    public ConsultedParty? ConsultedBy(string agent, DialogId dialog) =>
        State == LegState.Answered && Session?.Dialog?.Id == dialog && Agent == agent && !IsSupervisor && _bridgedTo is { } party ? Call.Find(party)?.AsConsulted() : null;

    private ConsultedParty? AsConsulted()
    {
        if (State != LegState.Answered || Trunk is not { } trunk || Session?.Dialog is not { } dialog) return null;
        var replaces = new ReplacesHeader(new DialogId(dialog.Id.CallId, dialog.Id.RemoteTag, dialog.Id.LocalTag));
        return new ConsultedParty(trunk, dialog.RemoteTarget.WithoutHeaders().AddHeader(HeaderNames.Replaces, replaces.ToString()));
    }

    private void OnNotify(InviteSession session, IncomingRequest notify) => Call.Post(() =>
    {
        var parts = (notify.Request.GetHeader(HeaderNames.Event) ?? "").Split(';', StringSplitOptions.TrimEntries);
        if (session != _referSentIn || !"refer".Equals(parts[0], StringComparison.OrdinalIgnoreCase))
        {
            // RFC 6665 4.1.3: we have asked for nothing of the kind.
            notify.Respond(481);
            return;
        }

        // Also where nobody waits for it any more: for a 481, many a peer would end the call.
        notify.Respond(200);
        if (_refer is not { } running || session != Session || !running.IsMeantBy(parts)) return;
        var isLast = notify.Request.GetHeader(HeaderNames.SubscriptionState)?.TrimStart().StartsWith("terminated", StringComparison.OrdinalIgnoreCase) == true;
        if (SipFragment.TryReadStatus(notify.Request, out var status) && status >= 200) EndRefer(running, status);
        else if (isLast) EndRefer(running, 480); // it will not tell the outcome
    });

    private void EndRefer(RunningRefer running, int status)
    {
        if (_refer != running || State == LegState.Ended) return;
        var isThere = status < 300;
        if (isThere || running.PartyEnd is null) Tell(new ReferEnded(Number, status));
        CloseRefer(running, isThere ? "Transferred" : running.PartyEnd is null ? "Refused" : "HungUp");
    }

    /// <summary>Nobody waits for it any more.</summary>
    public void AbandonRefer()
    {
        if (_refer is { } running) CloseRefer(running, running.PartyEnd is null ? "Abandoned" : "HungUp");
    }

    private void CloseRefer(RunningRefer running, string outcome)
    {
        _refer = null;
        running.Session.OutlivesBye = false;
        EdgeMetrics.ReferralsEnded.Add(1, new KeyValuePair<string, object?>("trunk", running.Trunk), new KeyValuePair<string, object?>("outcome", outcome));
        if (running.PartyEnd is var (cause, status, text)) End(cause, status, text);
    }

    /// <summary>Whether the leg stays for what a NOTIFY after the party's BYE may tell: a REFER that is not refused may be answered yet.</summary>
    private bool WaitsForOutcome(LegEndCause cause, int? status, string? text)
    {
        if (_refer is not { } running || cause != LegEndCause.RemoteHangup || _isHungUp) return false;
        running.PartyEnd = (cause, status, text);
        PostAfter(OutcomeAfterBye, () =>
        {
            if (_refer == running) AbandonRefer();
        });
        return true;
    }

    /// <summary>A REFER whose end is awaited.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="trunk">The trunk, for the metrics.</param>
    /// <param name="session">The session in whose dialog it is.</param>
    /// <param name="after">CSeq of the last request before it.</param>
    /// <param name="isFirst">The first of its dialog: its NOTIFYs need no id (RFC 3515 2.4.6).</param>
    private sealed class RunningRefer(string to, string trunk, InviteSession session, uint after, bool isFirst)
    {
        public string To => to;

        public string Trunk => trunk;

        public InviteSession Session => session;

        /// <summary>How the party's dialog ended before it told the outcome; null while it has not.</summary>
        public (LegEndCause Cause, int? Status, string? Text)? PartyEnd { get; set; }

        /// <summary>Whether a NOTIFY with this Event tells of it, and not of a REFER before it.</summary>
        public bool IsMeantBy(string[] referEvent)
        {
            var id = Array.Find(referEvent, part => part.StartsWith("id=", StringComparison.OrdinalIgnoreCase));
            return id is null ? isFirst : uint.TryParse(id.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var cseq) && cseq > after;
        }
    }
}
