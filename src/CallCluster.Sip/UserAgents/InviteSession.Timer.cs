using CallCluster.Sip.Messages;
using CallCluster.Sip.SessionTimers;

namespace CallCluster.Sip.UserAgents;

/// <content>The session's expiry and its refreshes (RFC 4028).</content>
public sealed partial class InviteSession
{
    private bool _peerTakesUpdate;

    /// <summary>Null when the endpoint keeps no session timers.</summary>
    internal SessionTimer? Timer { get; }

    internal void OnSessionExpired()
    {
        if (State != InviteSessionState.Confirmed)
            return;
        SendBye("SIP;cause=408;text=\"Session Timer Expired\"");
        End(SessionEndCause.SessionExpired, null);
    }

    /// <summary>By UPDATE where the peer takes it, since that needs no offer (§7.4). Another offer under way is a refresh as well.</summary>
    internal void Refresh()
    {
        if (State != InviteSessionState.Confirmed || _offer is not null || IsAnsweringOffer)
            return;
        if (_peerTakesUpdate)
            SendOffer(SipMethods.Update, null, null, isRefresh: true);
        else
            _handler.OnRefreshDue(this);
    }

    private void OnRefreshed(int status)
    {
        if (status is not (405 or 415 or 420 or 501))
            return;
        _peerTakesUpdate = false;
        Refresh();
    }

    /// <summary>What a message that begins the session tells of the peer.</summary>
    private void NotePeer(SipMessage message)
    {
        if (message.Headers.Contains(HeaderNames.Allow))
            _peerTakesUpdate = message.Allow.Contains(SipMethods.Update, StringComparer.Ordinal);
    }
}
