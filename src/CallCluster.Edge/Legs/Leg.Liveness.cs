using CallCluster.Contracts.Calls;
using CallCluster.Media.Dtls;
using CallCluster.Media.Engine;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Legs;

/// <content>Whether the peer is still there: session refreshes (RFC 4028), and its audio.</content>
internal abstract partial class Leg
{
    void IInviteSessionHandler.OnRefreshDue(InviteSession session) => Call.Post(() =>
    {
        // What is in force, unchanged: whether the peer is on hold, too.
        if (session == Session && State != LegState.Ended && Exchange?.LocalDescription is { } current) session.Reinvite(current.ToBody());
    });

    void IMediaStreamHandler.OnSecurityFailed(MediaStream stream, DtlsFailure failure) => Call.Post(() =>
    {
        if (State == LegState.Ended) return;
        var reason = failure.Sentence();
        Edge.LogSecurityFailed(Call.Id, Number, Session?.RemoteEndPoint, reason);
        OwnFailure = (LegEndCause.Failed, reason);
        HangUp(488, reason);
    });

    void IMediaStreamHandler.OnMediaTimeout(MediaStream stream) => Call.Post(() =>
    {
        if (State == LegState.Ended) return;
        EdgeMetrics.MediaTimeouts.Add(1);
        Edge.LogMediaTimeout(Call.Id, Number, Session?.RemoteEndPoint, Edge.Options.DeadMediaAfter);
        OwnFailure = (LegEndCause.Failed, $"no audio came for {Edge.Options.DeadMediaAfter:c}");
        HangUp(408, "No Media");
    });
}
