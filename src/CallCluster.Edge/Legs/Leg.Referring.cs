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
    private bool _refers;

    public void Refer(ReferLeg refer)
    {
        if (_refers) return;
        if (State != LegState.Answered || Trunk is not { } trunk || !Edge.Routing.Routing.Trunks.TryGetValue(trunk, out var options)
            || !Destination.TryParse(refer.To, out var destination) || !TrunkAddress.TryMake(destination, options, out var address))
        {
            Tell(new ReferEnded(Number, 480));
            return;
        }

        _refers = true;
        EdgeMetrics.TransfersReferred.Add(1, new KeyValuePair<string, object?>("trunk", trunk));
        var isSent = Session!.SendRequest(SipMethods.Refer, completed: (status, _) => Call.Post(() =>
        {
            if (status >= 300) EndRefer(status);
        }), headers: [(HeaderNames.ReferTo, $"<{address.Target}>"), (HeaderNames.ReferredBy, $"<{Edge.UriOf(refer.By)}>")]);
        if (!isSent) EndRefer(480);
    }

    private void OnNotify(InviteSession session, IncomingRequest notify) => Call.Post(() =>
    {
        var what = notify.Request.GetHeader(HeaderNames.Event)?.Split(';')[0].Trim();
        if (!_refers || session != Session || !"refer".Equals(what, StringComparison.OrdinalIgnoreCase))
        {
            // RFC 6665 4.1.3: we have asked for nothing of the kind.
            notify.Respond(481);
            return;
        }

        notify.Respond(200);
        var isLast = notify.Request.GetHeader(HeaderNames.SubscriptionState)?.TrimStart().StartsWith("terminated", StringComparison.OrdinalIgnoreCase) == true;
        if (SipFragment.TryReadStatus(notify.Request, out var status) && status >= 200) EndRefer(status);
        else if (isLast) EndRefer(480); // it will not tell the outcome
    });

    private void EndRefer(int status)
    {
        if (!_refers || State == LegState.Ended) return;
        _refers = false;
        Tell(new ReferEnded(Number, status));
    }
}
