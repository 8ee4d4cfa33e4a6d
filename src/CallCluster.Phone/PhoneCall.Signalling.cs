using CallCluster.Sip.Messages;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Phone;

/// <summary>What the SIP stack tells the call: runs under the endpoint's lock, so nothing here waits.</summary>
public sealed partial class PhoneCall : IInviteSessionHandler
{
    private readonly SemaphoreSlim _reoffering = new(1, 1);
    private TaskCompletionSource? _reoffer;
    private volatile TaskCompletionSource? _settled;
    private byte[]? _answer;
    private bool _answering;

    void IInviteSessionHandler.OnProgress(InviteSession session, SipResponse response)
    {
        if (SdpOf(response) is { } answer && !_lateOffer)
            Agree(_offers.AcceptAnswer(answer));
        if (response.StatusCode >= 180 && _ringing.TrySetResult())
            Tell(PhoneEventKind.Ringing, $"{response}");
    }

    SipBody? IInviteSessionHandler.OnAccepted(InviteSession session, SipResponse response)
    {
        SipBody? ackBody = null;
        NegotiatedMedia? agreed = null;
        if (SdpOf(response) is { } description)
        {
            if (!_lateOffer)
            {
                agreed = _offers.AcceptAnswer(description);
            }
            else if (_offers.AnswerOffer(description) is { } answer)
            {
                agreed = answer.Media;
                ackBody = SipBody.Sdp(answer.Description.ToBytes());
            }
        }
        else if (Agreed is not null)
        {
            // The answer came in a reliable or early response and need not come again.
            agreed = Agreed;
        }

        Agree(agreed);
        if (agreed is null)
            session.HangUp();
        else
            Answer(response.ToString());
        return ackBody;
    }

    void IInviteSessionHandler.OnRejected(InviteSession session, int status, SipResponse? response) => _refusal = status;

    void IInviteSessionHandler.OnConfirmed(InviteSession session, SipRequest ack)
    {
        if (Invite?.Body.IsEmpty == true)
            Agree(SdpOf(ack) is { } answer ? _offers.AcceptAnswer(answer) : null);
        if (Agreed is null)
            session.HangUp();
        else
            Answer("");
    }

    void IInviteSessionHandler.OnEnded(InviteSession session, SessionEndCause cause, SipMessage? message)
    {
        var reason = message is SipResponse response ? response.ReasonPhrase : message?.GetHeader(HeaderNames.Reason);
        var end = new PhoneCallEnd(cause, cause is SessionEndCause.RemoteReject or SessionEndCause.LocalReject ? _refusal ?? (message as SipResponse)?.StatusCode : null, reason);
        _lastStatistics = _media.Statistics;
        _media.Dispose();
        Tell(PhoneEventKind.Ended, end.ToString());
        var failure = new PhoneCallFailedException(end);
        Fail(_ringing, failure);
        Fail(_answered, failure);
        if (_reoffer is { } reoffer)
            Fail(reoffer, failure);
        EndAudio(failure);
        _phone.Forget(this);
        _ended.TrySetResult(end);
    }

    void IInviteSessionHandler.OnReinvite(InviteSession session, SipRequest request) => AnswerReoffer(session, request);

    void IInviteSessionHandler.OnUpdate(InviteSession session, SipRequest request) => AnswerReoffer(session, request);

    void IInviteSessionHandler.OnReinviteConfirmed(InviteSession session, SipRequest ack)
    {
        if (SdpOf(ack) is { } answer)
            Agree(_offers.AcceptAnswer(answer));
        _settled?.TrySetResult();
    }

    SipBody? IInviteSessionHandler.OnOfferAnswered(InviteSession session, int status, SipResponse? response)
    {
        var waiting = Interlocked.Exchange(ref _reoffer, null);
        var agreed = status is >= 200 and < 300 && response is not null && SdpOf(response) is { } answer ? _offers.AcceptAnswer(answer) : null;
        if (agreed is not null)
        {
            Agree(agreed);
            waiting?.TrySetResult();
        }
        else if (waiting is not null)
        {
            Fail(waiting, new PhoneCallFailedException($"The peer answered our offer with {status} {response?.ReasonPhrase}."));
        }

        return null;
    }

    /// <summary>Takes the caller's offer before the phone rings; false when there is nothing in it for us, and says why.</summary>
    internal bool TryTakeOffer(SipRequest invite, out int status)
    {
        status = 0;
        if (invite.Body.IsEmpty)
            return true;
        if (!SessionDescription.TryParse(invite.Body.Span, out var offer, out _))
        {
            status = 400;
            return false;
        }

        if (_offers.AnswerOffer(offer) is not { } answer)
        {
            status = 488;
            return false;
        }

        _answer = answer.Description.ToBytes();
        Agreed = answer.Media;
        return true;
    }

    internal byte[] CreateOffer() => _offers.CreateOffer().ToBytes();

    internal void Release() => _media.Dispose();

    internal void Answer()
    {
        if (!IsIncoming)
            throw new InvalidOperationException("Only an incoming call can be answered.");
        lock (_lock)
        {
            if (_answering)
                return;
            _answering = true;
        }

        // Ready before the 200 leaves: the caller may speak the moment it has it.
        if (Agreed is { } agreed)
            Agree(agreed);
        Session.Accept(SipBody.Sdp(_answer ?? CreateOffer()));
    }

    private void Answer(string detail)
    {
        _ringing.TrySetResult();
        if (!_answered.Task.IsCompleted)
            Tell(PhoneEventKind.Answered, detail);
        _answered.TrySetResult();
    }

    private async Task ReofferAsync(Sip.Sdp.MediaDirection direction, CancellationToken cancellationToken)
    {
        await _reoffering.WaitAsync(cancellationToken).ConfigureAwait(false);
        var before = _offers.Direction;
        try
        {
            if (!Answered.IsCompletedSuccessfully || Ended.IsCompleted)
                throw new InvalidOperationException("The call is not up.");
            var waiting = Pending();
            _reoffer = waiting;
            _offers.Direction = direction;
            while (true)
            {
                var settled = Pending();
                _settled = settled;
                if (Session.Reinvite(SipBody.Sdp(CreateOffer())))
                    break;
                // The peer's last re-INVITE still waits for its ACK.
                if (await Task.WhenAny(settled.Task, Ended).WaitAsync(cancellationToken).ConfigureAwait(false) == Ended)
                    throw new PhoneCallFailedException(await Ended.ConfigureAwait(false));
            }

            await waiting.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _offers.Direction = before;
            throw;
        }
        finally
        {
            _reoffering.Release();
        }
    }

    private void AnswerReoffer(InviteSession session, SipRequest request)
    {
        if (request.Body.IsEmpty)
        {
            // Without offer: a re-INVITE asks for ours (RFC 3261 §14.1), an UPDATE merely refreshes (RFC 3311 §5.1).
            session.AcceptOffer(request.Method == SipMethods.Invite ? SipBody.Sdp(CreateOffer()) : null);
        }
        else if (!SessionDescription.TryParse(request.Body.Span, out var offer, out _))
        {
            session.RejectOffer(400);
        }
        else if (_offers.AnswerOffer(offer) is { } answer)
        {
            Agree(answer.Media);
            session.AcceptOffer(SipBody.Sdp(answer.Description.ToBytes()));
        }
        else
        {
            session.RejectOffer(488);
        }
    }

    private static SessionDescription? SdpOf(SipMessage message) =>
        !message.Body.IsEmpty && message.HasContentType(SipBody.SdpContentType) && SessionDescription.TryParse(message.Body.Span, out var description, out _) ? description : null;
}
