using System.Globalization;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.UserAgents;

/// <content>Requests within the dialog (RFC 3261 §12.2, §14, §15; RFC 3311).</content>
public sealed partial class InviteSession
{
    private bool _outlivesBye;

    /// <summary>
    /// Whether something shares the dialog that the peer's BYE does not end: a subscription of ours (REFER, RFC 3515 2.4.4, RFC 5057 4.1), or another dialog that is to replace it (RFC 3891).
    /// <see cref="SipEndpoint.FindSession"/> finds it after the BYE, and NOTIFYs reach the handler, until this is taken back.
    /// </summary>
    public bool OutlivesBye
    {
        get => _outlivesBye;
        set
        {
            lock (_endpoint.Gate)
            {
                if (_outlivesBye == value || (value && State == InviteSessionState.Terminated))
                    return;
                _outlivesBye = value;
                if (State != InviteSessionState.Terminated)
                    return;
                _handler = NoHandler.Instance;
                if (!_byeWhenPossible && !_byeInFlight)
                    Leave();
            }
        }
    }

    /// <summary>Whether <see cref="Reinvite"/> would be sent now.</summary>
    public bool MayOffer
    {
        get
        {
            lock (_endpoint.Gate)
            {
                return State == InviteSessionState.Confirmed && HasNoOffer;
            }
        }
    }

    /// <summary>Sends a re-INVITE (RFC 3261 §14.1); 491 is retried by itself. False when another offer is under way or the session is not confirmed.</summary>
    /// <param name="body">The offer; null asks the peer for one.</param>
    /// <param name="headers">Added to the request.</param>
    public bool Reinvite(SipBody? body, IReadOnlyList<(string Name, string Value)>? headers = null) =>
        Offer(SipMethods.Invite, body, headers);

    /// <summary>Sends UPDATE (RFC 3311) in a confirmed or early dialog.</summary>
    public bool Update(SipBody? body, IReadOnlyList<(string Name, string Value)>? headers = null) =>
        Offer(SipMethods.Update, body, headers);

    /// <summary>Answers the pending re-INVITE or UPDATE with 200. False when there is none, or it was cancelled meanwhile.</summary>
    public bool AcceptOffer(SipBody? body, IReadOnlyList<(string Name, string Value)>? headers = null)
    {
        lock (_endpoint.Gate)
        {
            if (_server is { IsInitial: false, IsAnswered: false } server)
            {
                Dialog!.RefreshTarget(server.Request!);
                server.Respond(200, null, body, headers);
                return true;
            }

            if (_update is not { } update)
                return false;
            AcceptUpdate(update, body, headers);
            return true;
        }
    }

    /// <summary>Refuses the pending re-INVITE or UPDATE; the session stays as it was.</summary>
    public bool RejectOffer(int status, string? reason = null, IReadOnlyList<(string Name, string Value)>? headers = null)
    {
        if (status is < 300 or > 699)
            throw new ArgumentOutOfRangeException(nameof(status), "Refusals are 300 to 699.");
        lock (_endpoint.Gate)
        {
            if (_server is { IsInitial: false, IsAnswered: false } server)
            {
                _server = null;
                server.Respond(status, reason, null, headers);
                return true;
            }

            if (_update is not { } update)
                return false;
            _update = null;
            update.Respond(status, reason, null, headers);
            return true;
        }
    }

    internal void Receive(SipRequest request, ServerTransaction transaction, in SipFlow source)
    {
        var incoming = new IncomingRequest(_endpoint, transaction, request, source, this);
        if (FindDialog(request) is not { } dialog)
        {
            incoming.Respond(481);
            return;
        }

        if (!dialog.TryAdvance(request))
        {
            incoming.Respond(500, "CSeq Out Of Order");
            return;
        }

        dialog.Flow = source;
        if (request.Method == SipMethods.Bye)
        {
            ReceiveBye(incoming);
            return;
        }

        if (State == InviteSessionState.Terminated)
        {
            if (_outlivesBye && request.Method == SipMethods.Notify)
                _handler.OnRequest(this, incoming);
            else
                incoming.Respond(481);
            return;
        }

        switch (request.Method)
        {
            case SipMethods.Invite:
                ReceiveReinvite(incoming, (InviteServerTransaction)transaction);
                break;
            case SipMethods.Update:
                ReceiveUpdate(incoming);
                break;
            case SipMethods.Prack:
                ReceivePrack(incoming);
                break;
            case SipMethods.Info:
                _handler.OnInfo(this, incoming);
                break;
            case SipMethods.Options:
                incoming.Respond(200);
                break;
            default:
                _handler.OnRequest(this, incoming);
                break;
        }
    }

    internal SipBody? OnOfferAnswered(OfferClient offer, int status, SipResponse? response)
    {
        if (_offer != offer)
            return null;
        _offer = null;
        if (response is { IsSuccess: true })
        {
            Dialog!.RefreshTarget(response);
            if (State == InviteSessionState.Confirmed)
                Timer?.OnAccepted(response);
        }

        SipBody? answer = null;
        if (offer.IsRefresh)
            OnRefreshed(status);
        else
            answer = _handler.OnOfferAnswered(this, status, response);
        if (status is 481 or 408)
            OnDialogLost(response);
        return answer;
    }

    // A fork's early dialog is not the session's current one; both answer.
    private Dialogs.Dialog? FindDialog(SipRequest request) =>
        Dialog is { } dialog && dialog.Id.RemoteTag == (request.From.Tag ?? "") ? dialog : _client?.FindDialog(request.From.Tag ?? "");

    private bool HasNoOffer => Dialog is not null && _offer is null && !IsAnsweringOffer && _client is not { IsAcknowledging: true };

    private bool Offer(string method, SipBody? body, IReadOnlyList<(string Name, string Value)>? headers)
    {
        lock (_endpoint.Gate)
        {
            var isPossible = State == InviteSessionState.Confirmed || (State == InviteSessionState.Early && method == SipMethods.Update);
            if (!isPossible || !HasNoOffer)
                return false;
            SendOffer(method, body, headers, isRefresh: false);
            return true;
        }
    }

    private void SendOffer(string method, SipBody? body, IReadOnlyList<(string Name, string Value)>? headers, bool isRefresh)
    {
        _offer = new OfferClient(_endpoint, this, method, body, headers) { IsRefresh = isRefresh };
        _offer.Start();
    }

    private void ReceiveBye(IncomingRequest bye)
    {
        bye.Respond(200);
        if (IsCaller && State is InviteSessionState.Initial or InviteSessionState.Early)
            return; // only one of possibly several early dialogs; the INVITE's final response decides
        _byeWhenPossible = false;
        if (State == InviteSessionState.Terminated)
        {
            Leave();
            return;
        }

        // An INVITE still unanswered will never be (RFC 3261 §15.1.2).
        if (_server is { IsAnswered: false } server)
            server.Respond(487, null, null, null);
        End(SessionEndCause.RemoteBye, bye.Request);
    }

    // RFC 3262 §3. An offer in it would be one to a session that we have answered already: 488.
    private void ReceivePrack(IncomingRequest prack)
    {
        if (_server is not { } server || !server.TryAcknowledgeProgress(prack.Request))
        {
            prack.Respond(481);
            return;
        }

        prack.Respond(prack.Request.SessionDescription.IsEmpty ? 200 : 488);
        server.GoOnAfterPrack();
    }

    // RFC 3261 §14.2
    private void ReceiveReinvite(IncomingRequest request, InviteServerTransaction transaction)
    {
        if (_server is { IsAnswered: false } || _update is not null)
        {
            RespondBusy(request);
        }
        else if (_server is not null || _offer is { IsInFlight: true } || State is not InviteSessionState.Confirmed)
        {
            request.Respond(491);
        }
        else
        {
            _server = new InviteServer(_endpoint, this, transaction, request.Request, isInitial: false);
            _handler.OnReinvite(this, request.Request);
        }
    }

    // RFC 3311 §5.2
    private void ReceiveUpdate(IncomingRequest update)
    {
        var hasOffer = !update.Request.SessionDescription.IsEmpty;
        if (_update is not null || (hasOffer && _server is { IsAnswered: false, Request.SessionDescription.IsEmpty: false }))
        {
            RespondBusy(update);
        }
        else if (hasOffer && (_offer is { IsInFlight: true } || _server is { IsInitial: false }))
        {
            update.Respond(491);
        }
        else
        {
            _update = update;
            if (hasOffer)
                _handler.OnUpdate(this, update.Request);
            else
                AcceptUpdate(update, null, null);
        }
    }

    private void AcceptUpdate(IncomingRequest update, SipBody? body, IReadOnlyList<(string Name, string Value)>? headers)
    {
        _update = null;
        Dialog!.RefreshTarget(update.Request);
        var timer = State == InviteSessionState.Confirmed ? Timer?.Accept(update.Request) : null;
        update.Respond(200, null, body, [.. headers ?? [], .. timer ?? [], (HeaderNames.Contact, ContactFor(update.Source.Transport))]);
    }

    private static void RespondBusy(IncomingRequest request) =>
        request.Respond(500, null, null, [(HeaderNames.RetryAfter, Random.Shared.Next(0, 11).ToString(CultureInfo.InvariantCulture))]);
}
