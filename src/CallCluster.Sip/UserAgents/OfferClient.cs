using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.UserAgents;

/// <summary>Our re-INVITE (RFC 3261 §14.1) or UPDATE (RFC 3311): glare retried, 2xx acknowledged each time it comes.</summary>
internal sealed class OfferClient(
    SipEndpoint endpoint, InviteSession session, string method, SipBody? body, IReadOnlyList<(string Name, string Value)>? headers)
    : IClientTransactionUser, ISipTimerOwner
{
    private SipTimer? _retry;
    private byte[]? _ack;
    private SipFlow _ackFlow;
    private bool _isDone;

    /// <summary>False while it waits to be sent again after 491: then the peer's offer comes first.</summary>
    internal bool IsInFlight { get; private set; }

    internal bool IsInvite => method == SipMethods.Invite;

    /// <summary>It offers nothing and only refreshes the session (RFC 4028): the application need not know.</summary>
    internal bool IsRefresh { get; init; }

    internal void Start()
    {
        IsInFlight = true;
        var dialog = session.Dialog!;
        var request = dialog.CreateRequest(method);
        if (session.State == InviteSessionState.Confirmed)
            session.Timer?.Ask(request);
        session.Send(request, dialog, this, body, headers);
    }

    internal void Stop()
    {
        _isDone = true;
        IsInFlight = false;
        if (_retry is not null)
            endpoint.Timers.Cancel(_retry);
    }

    public void OnResponse(ClientTransaction transaction, SipResponse response)
    {
        if (response.IsProvisional)
            return;
        if (response.IsSuccess && IsInvite && _ack is not null)
        {
            SipMetrics.Retransmitted(SipMethods.Ack);
            MessageSender.Send(_ackFlow, _ack);
            return;
        }

        if (response.IsSuccess)
        {
            OnSuccess(transaction, response);
            return;
        }

        if (_isDone)
            return;
        if (response.StatusCode == 491)
        {
            IsInFlight = false;
            _retry ??= new SipTimer(this);
            endpoint.Timers.Schedule(_retry, RetryDelay());
            return;
        }

        if (response.StatusCode == 422 && session.Timer is { } timer && timer.TryRaise(response))
            Start();
        else
            session.OnOfferAnswered(this, response.StatusCode, response);
    }

    public void OnFailure(ClientTransaction? transaction, int status)
    {
        if (!_isDone)
            session.OnOfferAnswered(this, status, null);
    }

    public void OnTerminated(ClientTransaction transaction) => _ack = null;

    public void OnTimer(SipTimer timer)
    {
        if (_isDone)
            return;
        // The peer's own offer is being answered: after it.
        if (session.IsAnsweringOffer)
            endpoint.Timers.Schedule(timer, RetryDelay());
        else
            Start();
    }

    private void OnSuccess(ClientTransaction transaction, SipResponse response)
    {
        var answer = _isDone ? null : session.OnOfferAnswered(this, response.StatusCode, response);
        if (!IsInvite)
            return;
        // Even when the session ended meanwhile: the peer retransmits until it gets this.
        session.SendAck(session.Dialog!, transaction.Request, answer, (wire, flow) =>
        {
            if (!transaction.IsTerminated)
                _ack = wire;
            _ackFlow = flow;
        });
    }

    // RFC 3261 §14.1: the owner of the Call-ID waits longer, so that one of both gets through.
    private TimeSpan RetryDelay() =>
        TimeSpan.FromMilliseconds(10 * (session.Dialog!.IsInitiator ? Random.Shared.Next(210, 401) : Random.Shared.Next(1, 201)));
}
