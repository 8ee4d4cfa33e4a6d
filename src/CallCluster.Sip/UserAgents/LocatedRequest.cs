using CallCluster.Sip.Authentication;
using CallCluster.Sip.Location;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transactions;

namespace CallCluster.Sip.UserAgents;

/// <summary>A request out of dialog on its way to the first server of its target that takes it (RFC 3263 §4.3).</summary>
internal sealed class LocatedRequest(
    SipEndpoint endpoint, SipRequest request, ServerChoice servers, Action<int, SipResponse?> completed, DigestClient? credentials, string? contactUser) : ISipTimerOwner
{
    private SipTimer? _silence;
    private Attempt? _current;
    private uint _cseq = request.CSeq.Number;

    internal void Start()
    {
        if (servers.Next() is { } flow)
            Send(flow);
        else
            completed(503, null);
    }

    public void OnTimer(SipTimer timer) => OnFailure(FailureCause.Silence, 408, null);

    private void Send(in Transports.SipFlow flow)
    {
        var attempt = TransactionRequests.Again(request);
        attempt.CSeq = new CSeq(_cseq, request.Method);
        if (contactUser is not null)
            attempt.Headers.Add(HeaderNames.Contact, $"<{flow.Transport.UriFor(contactUser, request.RequestUri.IsSecure)}>");
        _current = new Attempt(this);
        if (servers.HasNext)
            endpoint.Timers.Schedule(_silence ??= new SipTimer(this), endpoint.Options.NextServerAfter);
        endpoint.Transactions.Send(attempt, flow, credentials is null ? _current : new AuthenticatingClient(endpoint, _current, credentials, () => ++_cseq));
    }

    private void OnResponse(SipResponse response)
    {
        StopWaiting();
        if (response.StatusCode == 503)
        {
            OnFailure(FailureCause.Unavailable, 503, response);
            return;
        }

        servers.NoteAnswer();
        if (!response.IsFinal)
            return;
        _current = null;
        completed(response.StatusCode, response);
    }

    private void OnFailure(FailureCause cause, int status, SipResponse? response)
    {
        StopWaiting();
        _current = null;
        if (servers.NextAfter(cause, RetryAfterHeader.Of(response)) is { } flow)
            Send(flow);
        else
            completed(status, response);
    }

    private void StopWaiting()
    {
        if (_silence is not null)
            endpoint.Timers.Cancel(_silence);
    }

    /// <summary>One server's turn; what it says after that is not heard.</summary>
    private sealed class Attempt(LocatedRequest owner) : IClientTransactionUser
    {
        public void OnResponse(ClientTransaction transaction, SipResponse response)
        {
            if (owner._current == this)
                owner.OnResponse(response);
        }

        public void OnFailure(ClientTransaction? transaction, int status)
        {
            if (owner._current == this)
                owner.OnFailure(status == 408 ? FailureCause.Silence : FailureCause.Transport, status, null);
        }
    }
}
