using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.UserAgents;

/// <summary>
/// A SIP user agent: listeners, transactions, dialogs and sessions (RFC 3261). One lock serialises receiving, timers and API calls; all callbacks run
/// under it and must not block. Do not call in while holding a lock that a callback takes.
/// </summary>
public sealed class SipEndpoint : IAsyncDisposable
{
    public SipEndpoint(SipEndpointOptions options, ISipEndpointHandler handler, TimeProvider time, ILogger<SipEndpoint> logger) => throw new NotImplementedException();

    /// <summary>Empty before <see cref="StartAsync"/>.</summary>
    public IReadOnlyList<SipListener> Listeners { get; private set; } = [];

    internal Lock Gate { get; } = new();

    internal UserAgentCore Core { get; } = null!;

    /// <summary>Binds all listeners.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">An address cannot be bound; nothing listens then.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Sends an INVITE. The handler may be called before this returns (no listener fits, or the send fails).</summary>
    public InviteSession Invite(InviteRequest request, IInviteSessionHandler handler) => throw new NotImplementedException();

    /// <summary>Sends a request out of dialog (REGISTER, OPTIONS …). What it lacks of Max-Forwards, From tag, Call-ID, CSeq and User-Agent is added.</summary>
    /// <param name="completed">Gets the final status: 408 time-out and 503 transport failure come without response. Under the endpoint's lock.</param>
    /// <param name="nextHop">Where to send it when that is neither the first Route nor the Request-URI.</param>
    public void SendRequest(SipRequest request, Action<int, SipResponse?> completed, SipUri? nextHop = null) => throw new NotImplementedException();

    /// <summary>Stops listening and forgets everything; sessions end with <see cref="SessionEndCause.EndpointClosed"/> and nothing is sent: hang up first.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
