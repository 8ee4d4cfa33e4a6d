using System.Globalization;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Trunks;
using CallCluster.Sip.Bodies;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Legs;

/// <content>REFER to the party (RFC 3515): its own side brings it elsewhere, and tells by NOTIFY how that goes. How long that may take is the CallGrain's affair.</content>
internal abstract partial class Leg
{
    private RunningRefer? _refer;
    private InviteSession? _referSentIn;

    /// <summary>Sends a REFER; one to elsewhere that is under way is not followed any more. The same again, by a new incarnation of the CallGrain, is that one.</summary>
    public void Refer(ReferLeg refer)
    {
        if (_refer?.To == refer.To) return;
        _refer = null;
        if (State != LegState.Answered || Trunk is not { } trunk || !Edge.Routing.Routing.Trunks.TryGetValue(trunk, out var options)
            || !Destination.TryParse(refer.To, out var destination) || !TrunkAddress.TryMake(destination, options, out var address))
        {
            Tell(new ReferEnded(Number, 480));
            return;
        }

        // The number of a REFER is above those of all requests before it.
        var running = _refer = new RunningRefer(refer.To, After: Session!.Dialog?.LocalCSeq ?? 0, IsFirst: Session != _referSentIn);
        _referSentIn = Session;
        EdgeMetrics.TransfersReferred.Add(1, new KeyValuePair<string, object?>("trunk", trunk));
        var isSent = Session.SendRequest(SipMethods.Refer, completed: (status, _) => Call.Post(() =>
        {
            if (status >= 300) EndRefer(running, status);
        }), headers: [(HeaderNames.ReferTo, $"<{address.Target}>"), (HeaderNames.ReferredBy, $"<{Edge.UriOf(refer.By)}>")]);
        if (!isSent) EndRefer(running, 480);
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
        _refer = null;
        Tell(new ReferEnded(Number, status));
    }

    /// <summary>A REFER whose end is awaited.</summary>
    /// <param name="To">Where to.</param>
    /// <param name="After">CSeq of the last request before it.</param>
    /// <param name="IsFirst">The first of its dialog: its NOTIFYs need no id (RFC 3515 2.4.6).</param>
    private sealed record RunningRefer(string To, uint After, bool IsFirst)
    {
        /// <summary>Whether a NOTIFY with this Event tells of it, and not of a REFER before it.</summary>
        public bool IsMeantBy(string[] referEvent)
        {
            var id = Array.Find(referEvent, part => part.StartsWith("id=", StringComparison.OrdinalIgnoreCase));
            return id is null ? IsFirst : uint.TryParse(id.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var cseq) && cseq > After;
        }
    }
}
