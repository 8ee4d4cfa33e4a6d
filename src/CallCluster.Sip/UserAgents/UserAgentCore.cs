using System.Globalization;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Bodies;
using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Flows;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Provisional;
using CallCluster.Sip.SessionTimers;
using CallCluster.Sip.Subscriptions;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.UserAgents;

/// <summary>What every user agent does with what arrives (RFC 3261 §8.1.3 and §8.2), before a session or the application sees it. Under the endpoint's lock.</summary>
internal sealed partial class UserAgentCore(SipEndpoint endpoint, ISipEndpointHandler handler, ILogger logger)
{
    private readonly string[] _supported = endpoint.Options.SessionTimers is null ? [.. endpoint.Options.Supported, RAck.OptionTag] : [.. endpoint.Options.Supported, RAck.OptionTag, SessionTimer.OptionTag];
    private readonly FlowProxy _proxy = new(endpoint);
    private readonly StatelessRefusals _refusals = new(endpoint, logger);

    internal string AllowValue { get; } = string.Join(", ", endpoint.Options.Allow);

    internal string SupportedValue => field ??= string.Join(", ", _supported);

    /// <summary>For an INVITE without offer: the peer's would come in a provisional response, and would have to be answered by PRACK.</summary>
    internal string SupportedWithoutOffer => field ??= string.Join(", ", _supported.Where(tag => tag != RAck.OptionTag));

    internal void Receive(in SipParseResult result, in SipFlow source)
    {
        switch (result.Message)
        {
            case SipRequest request:
                NoteSource(request, source);
                ReceiveRequest(request, source);
                break;
            case SipResponse response:
                ReceiveResponse(response);
                break;
            default:
                if (result.PartialRequest is { } partial)
                    NoteSource(partial, source);
                _refusals.RefuseMalformed(result, source);
                break;
        }
    }

    /// <summary>Adds what the stack adds to every response: the application's headers and body, and what the status or method asks for.</summary>
    internal void Complete(SipResponse response, SipRequest request, SipBody? body, IReadOnlyList<(string Name, string Value)>? headers)
    {
        if (headers is not null)
        {
            foreach (var (name, value) in headers)
                response.Headers.Add(name, value);
        }

        var status = response.StatusCode;
        var describes = response.IsSuccess && request.Method == SipMethods.Options;
        if (status is 405 or 501 || describes || (response.IsSuccess && request.Method == SipMethods.Invite))
            AddOnce(response, HeaderNames.Allow, AllowValue);
        if (describes || (response.IsSuccess && request.Method == SipMethods.Invite))
            AddOnce(response, HeaderNames.Supported, SupportedValue);
        if (describes)
            AddOnce(response, HeaderNames.Accept, SessionBody.Accepted);
        if (status > 100 && endpoint.Options.UserAgent is { } agent)
            AddOnce(response, HeaderNames.Server, agent);
        if (body is not null)
            response.SetBody(body.ContentType, body.Bytes);
    }

    /// <summary>Whether an RFC defines the method: then it is 405 when we do not take it, else 501 (RFC 3261 §21.4.6, §21.5.2).</summary>
    internal static bool IsKnownMethod(string method) => method is SipMethods.Invite or SipMethods.Ack or SipMethods.Bye or SipMethods.Cancel
        or SipMethods.Options or SipMethods.Register or SipMethods.Info or SipMethods.Update or SipMethods.Prack or SipMethods.Refer
        or SipMethods.Notify or SipMethods.Subscribe or SipMethods.Message or SipMethods.Publish;

    internal void SendOutOfDialog(SipRequest request, Action<int, SipResponse?> completed, SipUri? nextHop, DigestClient? credentials, string? contactUser)
    {
        if (request.From.Tag is null)
            request.From = request.From.WithTag(TransactionTokens.New());
        if (!request.Headers.Contains(HeaderNames.CallId))
            request.CallId = TransactionTokens.New();
        if (!request.Headers.Contains(HeaderNames.CSeq))
            request.CSeq = new CSeq(1, request.Method);
        if (!request.Headers.Contains(HeaderNames.MaxForwards))
            request.MaxForwards = 70;
        if (endpoint.Options.UserAgent is { } agent && !request.Headers.Contains(HeaderNames.UserAgent))
            request.Headers.Add(HeaderNames.UserAgent, agent);
        var hop = nextHop ?? (request.Route.Count > 0 ? request.Route[0].Uri : request.RequestUri);
        endpoint.Transport.Locate(hop, null, servers => new LocatedRequest(endpoint, request, servers, completed, credentials, contactUser).Start());
    }

    /// <summary>RFC 3261 §18.2.1 and RFC 3581 §4: the responder's own note of where the request came from.</summary>
    private static void NoteSource(SipRequest request, in SipFlow source)
    {
        var via = request.TopVia!;
        var address = source.Remote.Address;
        var stamped = via;
        if (via.HasRPort && !source.IsReliable)
            stamped = stamped.WithParameter(ParameterNames.RPort, source.Remote.Port.ToString(CultureInfo.InvariantCulture));
        if (via.HasRPort || TransportLayer.AddressOf(via.Host) is not { } sentBy || !sentBy.Equals(address))
            stamped = stamped.WithParameter(ParameterNames.Received, SipTransport.WithoutZone(address).ToString());
        if (stamped != via)
            request.ReplaceTopVia(stamped);
    }

    private void ReceiveResponse(SipResponse response)
    {
        SipMetrics.ResponseReceived(response.StatusCode);
        if (endpoint.Transactions.TryMatch(response, out var transaction))
            transaction.Receive(response);
        else if (!_proxy.TryForward(response))
            SipMetrics.Dropped("response-unmatched");
    }

    private void ReceiveRequest(SipRequest request, in SipFlow source)
    {
        if (_proxy.TryForward(request, source))
            return;
        if (request.Method == SipMethods.Ack)
        {
            ReceiveAck(request);
            return;
        }

        var transactions = endpoint.Transactions;
        var key = ServerTransactionKey.Of(request, request.Method);
        if (transactions.TryMatch(key, out var transaction))
        {
            SipMetrics.RetransmissionReceived(request.Method);
            transaction.ReceiveRetransmission();
            return;
        }

        SipMetrics.RequestReceived(request.Method);
        var flow = TransportLayer.ForResponses(request, source);
        var toTag = request.To.Tag;
        if (transactions.IsFull && (toTag is null || transactions.IsOverflowing) && request.Method != SipMethods.Cancel)
        {
            _refusals.RefuseForLoad(request, flow);
            return;
        }

        // What takes a dialog's place (RFC 3891) is no new call.
        if (toTag is null && request.Method == SipMethods.Invite && !request.Headers.Contains(HeaderNames.Replaces) && handler.RefuseNewCall() is { } refusal)
        {
            _refusals.Refuse(request, flow, refusal);
            return;
        }

        if (!transactions.IsFull)
            _refusals.NoteRoom();
        transaction = transactions.Receive(request, key, flow);
        try
        {
            if (request.Method == SipMethods.Cancel)
                ReceiveCancel(request, transaction);
            else if (!RefuseByMethodOrScheme(request, transaction))
                Dispatch(request, transaction, source, toTag);
        }
        catch (Exception exception)
        {
            SipMetrics.DatagramThrew();
            LogErrorHandler(exception, request.Method);
            if (!transaction.IsTerminated && transaction.Request is not null)
                Reply(transaction, request, 500);
        }
    }

    private void Dispatch(SipRequest request, ServerTransaction transaction, in SipFlow source, string? toTag)
    {
        InviteSession? session = null;
        if (toTag is not null)
        {
            var dialog = new DialogId(request.CallId, toTag, request.From.Tag ?? "");
            session = endpoint.Dialogs.Find(dialog);
            if (session is null && endpoint.Subscriptions.TryGetValue(dialog, out var subscription))
            {
                ReceiveInSubscription(new IncomingRequest(endpoint, transaction, request, source, null, subscription), subscription, transaction);
                return;
            }

            if (session is null)
            {
                handler.OnUnknownDialog(new IncomingRequest(endpoint, transaction, request, source, null));
                return;
            }
        }
        else if (request.Method is SipMethods.Bye or SipMethods.Update or SipMethods.Info or SipMethods.Prack)
        {
            Reply(transaction, request, 481); // these exist only within a dialog
            return;
        }
        else if (!endpoint.Transactions.TryClaim(request, transaction))
        {
            Reply(transaction, request, 482);
            return;
        }

        if (RefuseByExtensionOrContent(request, transaction))
            return;
        if (session is not null)
            session.Receive(request, transaction, source);
        else if (request.Method == SipMethods.Invite)
            ReceiveInvite(request, (InviteServerTransaction)transaction, source);
        else
            handler.OnRequest(new IncomingRequest(endpoint, transaction, request, source, null));
    }

    private void ReceiveInSubscription(IncomingRequest request, Subscription subscription, ServerTransaction transaction)
    {
        if (!subscription.TryReceive(request))
            request.Respond(500, "CSeq Out Of Order");
        else if (!RefuseByExtensionOrContent(request.Request, transaction))
            handler.OnRequest(request);
    }

    private void ReceiveInvite(SipRequest request, InviteServerTransaction transaction, in SipFlow source)
    {
        var invite = new IncomingInvite(endpoint, transaction, request, source);
        handler.OnInvite(invite);
        if (invite.Session is null)
            invite.Reject(480);
    }

    private void ReceiveAck(SipRequest ack)
    {
        SipMetrics.RequestReceived(ack.Method);
        if (endpoint.Transactions.TryMatch(ServerTransactionKey.Of(ack, SipMethods.Invite), out var transaction)
            && transaction is InviteServerTransaction { State: not InviteServerTransaction.States.Accepted } invite)
        {
            invite.ReceiveAck();
            return;
        }

        var session = endpoint.Dialogs.Find(new DialogId(ack.CallId, ack.To.Tag ?? "", ack.From.Tag ?? ""));
        if (session is null || !session.ReceiveAck(ack))
            SipMetrics.Dropped("ack-unmatched");
    }

    /// <summary>RFC 3261 §9.2: the CANCEL is answered on its own; the INVITE it names gets 487 when it has no final response yet.</summary>
    private void ReceiveCancel(SipRequest cancel, ServerTransaction transaction)
    {
        if (!endpoint.Transactions.TryMatch(ServerTransactionKey.Of(cancel, SipMethods.Invite), out var target) || target is not InviteServerTransaction invite)
        {
            Reply(transaction, cancel, 481);
            return;
        }

        Reply(transaction, cancel, 200);
        if (invite.State == InviteServerTransaction.States.Proceeding)
            invite.User?.OnCancel(invite, cancel);
    }

    // RFC 3261 §8.2.1 and §8.2.2.1
    private bool RefuseByMethodOrScheme(SipRequest request, ServerTransaction transaction)
    {
        if (!endpoint.Options.Allow.Contains(request.Method))
            Reply(transaction, request, IsKnownMethod(request.Method) ? 405 : 501);
        else if (!request.RequestUri.IsSip && !request.RequestUri.IsTel)
            Reply(transaction, request, 416);
        else
            return false;
        return true;
    }

    // RFC 3261 §8.2.2.3, §8.2.3 and §21.4.7
    private bool RefuseByExtensionOrContent(SipRequest request, ServerTransaction transaction)
    {
        List<string>? unsupported = null;
        foreach (var tag in request.Require)
        {
            if (!_supported.Contains(tag, StringComparer.OrdinalIgnoreCase))
                (unsupported ??= []).Add(tag);
        }

        if (unsupported is not null)
        {
            Reply(transaction, request, 420, (HeaderNames.Unsupported, string.Join(", ", unsupported)));
            return true;
        }

        if (request.Method is not (SipMethods.Invite or SipMethods.Update))
            return false;
        if (!AcceptHeader.Takes(request, SipBody.SdpContentType))
        {
            Reply(transaction, request, 406, (HeaderNames.Accept, SessionBody.Accepted));
            return true;
        }

        if (endpoint.Options.SessionTimers is { } timers && SessionTimer.IsTooShort(request, timers))
        {
            Reply(transaction, request, 422, SessionTimer.MinimumHeader(timers));
            return true;
        }

        if (request.Body.IsEmpty)
            return false;
        if (request[HeaderNames.ContentEncoding] is { } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            Reply(transaction, request, 415, (HeaderNames.AcceptEncoding, "identity"));
            return true;
        }

        if (!SessionBody.Of(request).IsUnsupported)
            return false;
        Reply(transaction, request, 415, (HeaderNames.Accept, SessionBody.Accepted));
        return true;
    }

    private void Reply(ServerTransaction transaction, SipRequest request, int status, params IReadOnlyList<(string Name, string Value)> headers)
    {
        var response = SipResponse.For(request, status, null, TransactionTokens.New());
        Complete(response, request, null, headers);
        if (status >= 400)
        {
            SipMetrics.Refused(status, request.Method);
            LogDebugRefused(request.Method, transaction.Flow.Remote, status, response.ReasonPhrase);
        }

        transaction.Respond(response);
    }

    private static void AddOnce(SipMessage message, string name, string value)
    {
        if (!message.Headers.Contains(name))
            message.Headers.Add(name, value);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A {Method} from {Remote} was refused with {Status} {Reason}, as every user agent would (RFC 3261 8.2).")]
    private partial void LogDebugRefused(string method, System.Net.IPEndPoint remote, int status, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Handling a {Method} threw; it was answered with 500. Report this as a bug.")]
    private partial void LogErrorHandler(Exception exception, string method);
}
