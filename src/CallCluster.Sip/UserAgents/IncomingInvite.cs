using System.Net;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.UserAgents;

/// <summary>A new INVITE, given to <see cref="ISipEndpointHandler.OnInvite"/>.</summary>
public sealed class IncomingInvite
{
    private readonly SipEndpoint _endpoint;
    private readonly SipFlow _source;

    internal IncomingInvite(SipEndpoint endpoint, InviteServerTransaction transaction, SipRequest request, in SipFlow source)
    {
        _endpoint = endpoint;
        _source = source;
        Transaction = transaction;
        Request = request;
    }

    public SipRequest Request { get; }

    /// <summary>Where it came from.</summary>
    public IPEndPoint RemoteEndPoint => _source.Remote;

    /// <summary>Where it arrived.</summary>
    public SipListener Listener => _source.Transport.Listener;

    /// <summary>The names that the sender's TLS certificate proved (RFC 5922 §7.1), in lower case; empty without one that we trust.</summary>
    public IReadOnlyList<string> PeerNames => _source.Connection?.PeerNames ?? [];

    /// <summary>Set by <see cref="Open"/>.</summary>
    public InviteSession? Session { get; private set; }

    internal InviteServerTransaction Transaction { get; }

    internal bool IsRejected { get; private set; }

    /// <summary>Makes the session through which the INVITE is answered; sends nothing. Only before OnInvite returns.</summary>
    /// <param name="handler">Told what happens to it.</param>
    /// <param name="localTag">Tag for To; null generates one. An edge puts call and leg id with a MAC here.</param>
    /// <param name="contactUser">User part of our Contact; null takes that of the Request-URI.</param>
    public InviteSession Open(IInviteSessionHandler handler, string? localTag = null, string? contactUser = null)
    {
        lock (_endpoint.Gate)
        {
            if (Session is not null || IsRejected)
                throw new InvalidOperationException("The INVITE was opened or rejected before.");
            return Session = InviteSession.ForServer(_endpoint, handler, this, _source, localTag ?? TransactionTokens.New(), contactUser ?? Request.RequestUri.User);
        }
    }

    /// <summary>Refuses without a session. Only before OnInvite returns.</summary>
    public void Reject(int status, string? reason = null, IReadOnlyList<(string Name, string Value)>? headers = null)
    {
        lock (_endpoint.Gate)
        {
            if (Session is not null || IsRejected)
                return;
            IsRejected = true;
            var response = SipResponse.For(Request, status, reason, TransactionTokens.New());
            _endpoint.Core.Complete(response, Request, null, headers);
            Transaction.Respond(response);
        }
    }
}
