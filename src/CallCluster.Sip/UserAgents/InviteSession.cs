using System.Net;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.SessionTimers;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.UserAgents;

/// <summary>
/// One session made by INVITE, as caller (UAC) or callee (UAS): RFC 3261 §13 to §15. Methods may be called from any thread; one that makes no sense in
/// the current state does nothing and returns false, since the peer may always have been faster.
/// </summary>
public sealed partial class InviteSession
{
    private readonly SipEndpoint _endpoint;
    private IInviteSessionHandler _handler;
    private readonly string? _contactUser;
    private readonly bool _isSecure;
    private DigestClient? _credentials;
    private InviteServer? _server;
    private InviteClient? _client;
    private OfferClient? _offer;
    private IncomingRequest? _update;
    private string? _byeReason;
    private bool _byeWhenPossible;
    private bool _byeInFlight;

    private InviteSession(SipEndpoint endpoint, IInviteSessionHandler handler, string callId, string localTag, string? contactUser, bool isCaller, bool isSecure)
    {
        _endpoint = endpoint;
        _handler = handler;
        _contactUser = contactUser;
        CallId = callId;
        LocalTag = localTag;
        IsCaller = isCaller;
        if (endpoint.Options.SessionTimers is { } timers)
            Timer = new SessionTimer(endpoint.Timers, this, timers);
        _isSecure = isSecure;
        endpoint.Dialogs.Add(this);
    }

    public InviteSessionState State { get; private set; }

    /// <summary>Whom the application gave to be told; nobody once the session is over.</summary>
    public IInviteSessionHandler Handler => _handler;

    /// <summary>True when we sent the INVITE.</summary>
    public bool IsCaller { get; }

    public string CallId { get; }

    public string LocalTag { get; }

    /// <summary>The confirmed dialog, before that the newest early one; null before a UAC's first response with a To tag.</summary>
    public Dialog? Dialog { get; private set; }

    /// <summary>Where the peer's last message came from, or our INVITE went to; null while a name is looked up.</summary>
    public IPEndPoint? RemoteEndPoint => (Dialog?.Flow ?? Flow)?.Remote;

    /// <summary>The way of a UAC's INVITE.</summary>
    internal SipFlow? Flow { get; set; }

    /// <summary>Whether a re-INVITE or UPDATE of the peer waits for our answer, or our answer for its ACK.</summary>
    internal bool IsAnsweringOffer => _server is not null || _update is not null;

    /// <summary>Ends a confirmed session; before the ACK of our 200 came, the BYE waits for it (RFC 3261 §15).</summary>
    /// <param name="reason">Value of Reason (RFC 3326).</param>
    public bool Bye(string? reason = null)
    {
        lock (_endpoint.Gate)
        {
            switch (State)
            {
                case InviteSessionState.Confirmed when _client is { IsAcknowledging: true }:
                case InviteSessionState.Accepted:
                    _byeWhenPossible = true;
                    _byeReason = reason;
                    End(SessionEndCause.LocalBye, null);
                    return true;
                case InviteSessionState.Confirmed:
                    SendBye(reason);
                    End(SessionEndCause.LocalBye, null);
                    return true;
                default:
                    return false;
            }
        }
    }

    /// <summary>Does what ends the session in its state: reject, cancel or BYE.</summary>
    /// <param name="status">For a UAS that has not answered; default 603.</param>
    /// <param name="reason">Value of Reason (RFC 3326).</param>
    public bool HangUp(int? status = null, string? reason = null)
    {
        lock (_endpoint.Gate)
        {
            return State switch
            {
                InviteSessionState.Terminated => false,
                InviteSessionState.Accepted or InviteSessionState.Confirmed => Bye(reason),
                _ when IsCaller => Cancel(reason),
                _ => Reject(status ?? 603, null, reason is null ? null : [(HeaderNames.Reason, reason)]),
            };
        }
    }

    /// <summary>Sends INFO (RFC 6086).</summary>
    public bool Info(SipBody? body, Action<int, SipResponse?>? completed = null, IReadOnlyList<(string Name, string Value)>? headers = null) =>
        SendRequest(SipMethods.Info, body, completed, headers);

    /// <summary>Sends another request in the dialog (OPTIONS, REFER, NOTIFY, MESSAGE …).</summary>
    /// <param name="method">Not INVITE, UPDATE, ACK, CANCEL or BYE, which have their own members.</param>
    /// <param name="body">Null for none.</param>
    /// <param name="completed">Gets the final status (408 time-out, 503 transport failure, then without response).</param>
    /// <param name="headers">Added to the request.</param>
    public bool SendRequest(
        string method, SipBody? body = null, Action<int, SipResponse?>? completed = null, IReadOnlyList<(string Name, string Value)>? headers = null)
    {
        if (method is SipMethods.Invite or SipMethods.Update or SipMethods.Ack or SipMethods.Cancel or SipMethods.Bye)
            throw new ArgumentException("This method has its own member.", nameof(method));
        lock (_endpoint.Gate)
        {
            if (Dialog is null || State == InviteSessionState.Terminated)
                return false;
            var client = new RequestClient((status, response) =>
            {
                completed?.Invoke(status, response);
                if (status == 481)
                    OnDialogLost(response);
            });
            Send(Dialog.CreateRequest(method), Dialog, client, body, headers);
            return true;
        }
    }

    internal static InviteSession ForServer(
        SipEndpoint endpoint, IInviteSessionHandler handler, IncomingInvite invite, in SipFlow source, string localTag, string? contactUser)
    {
        var request = invite.Request;
        var session = new InviteSession(endpoint, handler, request.CallId, localTag, contactUser, isCaller: false,
            isSecure: request.RequestUri.IsSecure || (request.RecordRoute.Count > 0 && request.RecordRoute[0].Uri.IsSecure));
        var dialog = Dialog.ForServer(request, localTag);
        dialog.ReachAt(source, request);
        session.Dialog = dialog;
        session.NotePeer(request);
        session._server = new InviteServer(endpoint, session, invite.Transaction, request, isInitial: true);
        endpoint.Dialogs.Add(dialog.Id, session);
        return session;
    }

    internal static InviteSession StartClient(SipEndpoint endpoint, InviteRequest invite, IInviteSessionHandler handler)
    {
        var session = new InviteSession(
            endpoint, handler, invite.CallId ?? TransactionTokens.New(), invite.LocalTag ?? TransactionTokens.New(), invite.ContactUser ?? invite.From.Uri.User, isCaller: true,
            isSecure: invite.Target.IsSecure || (invite.Route.Count > 0 && invite.Route[0].IsSecure));
        session._credentials = invite.Credentials;
        session._client = new InviteClient(endpoint, session, invite);
        session._client.Start();
        return session;
    }

    /// <summary>Our Contact as seen through this transport (RFC 3261 §8.1.1.8): sips where the dialog is one of sips URIs (§12.1.1).</summary>
    internal string ContactFor(SipTransport transport) => $"<{transport.UriFor(_contactUser, _isSecure)}>";

    /// <summary>Completes and sends a request of this dialog over its flow; failures come through the user.</summary>
    internal void Send(SipRequest request, Dialog dialog, IClientTransactionUser user, SipBody? body = null, IReadOnlyList<(string Name, string Value)>? headers = null) =>
        _endpoint.Transport.Resolve(dialog, flow =>
        {
            if (flow is not { } found)
            {
                user.OnFailure(null, 503);
                return;
            }

            if (request.Method is SipMethods.Invite or SipMethods.Update or SipMethods.Refer or SipMethods.Notify or SipMethods.Subscribe)
                request.Headers.Add(HeaderNames.Contact, ContactFor(found.Transport));
            AddCommon(request, body, headers);
            _endpoint.Transactions.Send(request, found, MayAuthenticate(found) ? new AuthenticatingClient(_endpoint, user, _credentials!, () => ++dialog.LocalCSeq) : user);
        });

    /// <summary>Sends the ACK to a 2xx, which is no transaction (RFC 3261 §13.2.2.4), and hands its bytes back for when the 2xx comes again.</summary>
    internal void SendAck(Dialog dialog, SipRequest invite, SipBody? body, Action<byte[], SipFlow> sent) =>
        _endpoint.Transport.Resolve(dialog, flow =>
        {
            if (flow is not { } found)
                return;
            var ack = dialog.CreateRequest(SipMethods.Ack, invite.CSeq.Number);
            if (MayAuthenticate(found))
            {
                ack.Headers.CopyFrom(invite.Headers, HeaderNames.Authorization);
                ack.Headers.CopyFrom(invite.Headers, HeaderNames.ProxyAuthorization);
            }

            ack.Headers.Prepend(HeaderNames.Via, MessageSender.ViaFor(found.Transport, TransactionLayer.NewBranch()));
            AddCommon(ack, body, null);
            var wire = _endpoint.Sender.Serialize(ack);
            SipMetrics.RequestSent(SipMethods.Ack);
            MessageSender.Send(found, wire);
            sent(wire, found);
        });

    internal void OnEndpointClosed() => End(SessionEndCause.EndpointClosed, null);

    // A peer that moved its Contact elsewhere does not take our credentials there.
    private bool MayAuthenticate(in SipFlow flow) => _credentials is not null && Flow is { } first && first.Remote.Equals(flow.Remote);

    private void AddCommon(SipRequest request, SipBody? body, IReadOnlyList<(string Name, string Value)>? headers)
    {
        if (headers is not null)
        {
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
        }

        if (_endpoint.Options.UserAgent is { } agent)
            request.Headers.Add(HeaderNames.UserAgent, agent);
        if (body is not null)
            request.SetBody(body.ContentType, body.Bytes);
    }

    // The dialog stays known until the BYE's transaction ends, so that a BYE that crosses it is no stranger.
    private void SendBye(string? reason)
    {
        var dialog = Dialog!;
        _byeWhenPossible = false;
        _byeInFlight = true;
        Send(dialog.CreateRequest(SipMethods.Bye), dialog, new RequestClient(null, Leave), null, reason is null ? null : [(HeaderNames.Reason, reason)]);
    }

    /// <summary>Tells the application; what still has to be exchanged (BYE, ACK of a 2xx) goes on without it.</summary>
    private void End(SessionEndCause cause, SipMessage? message)
    {
        if (State == InviteSessionState.Terminated)
            return;
        State = InviteSessionState.Terminated;
        _offer?.Stop();
        _offer = null;
        _update = null;
        Timer?.Stop();
        var handler = _handler;
        // Our own BYE says that we want no more news.
        _outlivesBye &= cause == SessionEndCause.RemoteBye;
        if (!_outlivesBye)
            _handler = NoHandler.Instance;
        if (_outlivesBye)
            StopServer();
        else if (!_byeWhenPossible && !_byeInFlight)
            Leave();
        handler.OnEnded(this, cause, message);
    }

    private void Leave()
    {
        StopServer();
        if (Dialog is not null)
            _endpoint.Dialogs.Remove(Dialog.Id, this);
        _endpoint.Dialogs.Remove(this);
    }

    private void StopServer()
    {
        _server?.Stop();
        _server = null;
    }

    /// <summary>RFC 3261 §12.2.1.2: the peer no longer knows the dialog, or is silent.</summary>
    private void OnDialogLost(SipResponse? response)
    {
        if (State != InviteSessionState.Confirmed)
            return;
        SendBye(null);
        End(SessionEndCause.DialogLost, response);
    }

    /// <summary>
    /// Takes the handler's place when the session is over: the INVITE's transaction remembers the session for another 32 s (timer M), and should not keep the
    /// application's objects alive with it.
    /// </summary>
    private sealed class NoHandler : IInviteSessionHandler
    {
        public static readonly NoHandler Instance = new();

        public void OnEnded(InviteSession session, SessionEndCause cause, SipMessage? message)
        {
        }
    }
}
