using System.Net;
using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Subscriptions;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.UserAgents;

/// <summary>A request other than an initial INVITE, to answer once, now or later.</summary>
public sealed class IncomingRequest
{
    private readonly SipEndpoint _endpoint;
    private readonly ServerTransaction _transaction;
    private string? _localTag;

    internal IncomingRequest(SipEndpoint endpoint, ServerTransaction transaction, SipRequest request, in SipFlow source, InviteSession? session, Subscription? subscription = null)
    {
        Subscription = subscription;
        _endpoint = endpoint;
        _transaction = transaction;
        Request = request;
        Source = source;
        Session = session;
    }

    public SipRequest Request { get; }

    public string Method => Request.Method;

    /// <summary>Where it came from.</summary>
    public IPEndPoint RemoteEndPoint => Source.Remote;

    /// <summary>Where it arrived.</summary>
    public SipListener Listener => Source.Transport.Listener;

    /// <summary>The names that the sender's TLS certificate proved (RFC 5922 §7.1), in lower case; empty without one that we trust.</summary>
    public IReadOnlyList<string> PeerNames => Source.Connection?.PeerNames ?? [];

    /// <summary>
    /// The route by which whoever knows it sends over the flow that this request came by, from another host too (Path of RFC 3327 with a flow token of RFC 5626 §5.2).
    /// </summary>
    public SipUri FlowPath
    {
        get
        {
            lock (_endpoint.Gate)
                return _endpoint.Flows.PathTo(Source);
        }
    }

    /// <summary>Keeps the connection that it came by open for so long, however silent it is: somebody registered over it.</summary>
    public void HoldFlow(TimeSpan time)
    {
        lock (_endpoint.Gate)
        {
            if (Source.Connection is { } connection && _endpoint.Now + time is var end && end > connection.HeldUntil)
                connection.HeldUntil = end;
        }
    }

    /// <summary>The session in whose dialog it came, if any.</summary>
    public InviteSession? Session { get; }

    /// <summary>The subscription in whose dialog it came, if any: a SUBSCRIBE that refreshes or ends it.</summary>
    public Subscription? Subscription { get; }

    /// <summary>Whether the sender can read such a body (RFC 3261 §20.1).</summary>
    public bool Takes(string mediaType) => AcceptHeader.Takes(Request, mediaType);

    internal SipFlow Source { get; }

    /// <summary>Sends a response; nothing happens after a final one or after 64*T1. A To tag is added when there is none.</summary>
    public void Respond(int status, string? reason = null, SipBody? body = null, IReadOnlyList<(string Name, string Value)>? headers = null)
    {
        lock (_endpoint.Gate)
        {
            if (status > 100)
                _localTag ??= TransactionTokens.New();
            var response = SipResponse.For(Request, status, reason, status > 100 ? _localTag : null);
            _endpoint.Core.Complete(response, Request, body, headers);
            _transaction.Respond(response);
        }
    }

    /// <summary>
    /// Accepts a SUBSCRIBE out of dialog with 200; the first state has to be told right after (RFC 6665 §4.2.1.2). No time: the state is told once, and the subscription is over.
    /// </summary>
    /// <param name="time">How long it lasts without a refresh.</param>
    /// <param name="contactUser">User part of our Contact.</param>
    /// <param name="ended">Told once when it is over, however that came. Under the endpoint's lock.</param>
    public Subscription Subscribe(TimeSpan time, string contactUser, Action<Subscription> ended)
    {
        lock (_endpoint.Gate)
        {
            var dialog = Dialog.ForServer(Request, _localTag ??= TransactionTokens.New());
            dialog.ReachAt(Source, Request);
            var subscription = new Subscription(_endpoint, dialog, Request[HeaderNames.Event] ?? "", contactUser, ended);
            subscription.Grant(this, time);
            return subscription;
        }
    }

    /// <summary>
    /// The answer of an application that does not know what to do with it: OPTIONS 200 (RFC 3261 §11.2), NOTIFY 481, since it tells of nothing that was asked for (RFC 6665 §4.1.3), others 405 or 501.
    /// </summary>
    public void RespondUnhandled() => Respond(Method switch
    {
        SipMethods.Options => 200,
        SipMethods.Notify => 481,
        _ => UserAgentCore.IsKnownMethod(Method) ? 405 : 501,
    });
}
