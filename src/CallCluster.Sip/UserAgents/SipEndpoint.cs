using CallCluster.Sip.Authentication;
using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Flows;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Sources;
using CallCluster.Sip.Subscriptions;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Tls;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.UserAgents;

/// <summary>
/// A SIP user agent: listeners, transactions, dialogs and sessions (RFC 3261). One lock serialises receiving, timers and API calls; all callbacks run
/// under it and must not block. Do not call in while holding a lock that a callback takes.
/// </summary>
public sealed partial class SipEndpoint : IAsyncDisposable, ITransportSink
{
    private readonly IReadOnlyList<SipTransport> _transports;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private bool _disposed;

    public SipEndpoint(SipEndpointOptions options, ISipEndpointHandler handler, TimeProvider time, ILogger<SipEndpoint> logger)
        : this(options, handler, time, logger, endpoint => endpoint.CreateTransports())
    {
    }

    internal SipEndpoint(
        SipEndpointOptions options, ISipEndpointHandler handler, TimeProvider time, ILogger logger, Func<SipEndpoint, IReadOnlyList<SipTransport>> transports)
    {
        Options = options;
        _time = time;
        _logger = logger;
        Timers = new TimerQueue(time, Gate, logger);
        Sender = new MessageSender();
        Sources = options.Sources is { } limits ? new SourceGate(limits, time, logger) : null;
        Transactions = new TransactionLayer(
            new TransactionTimings(options.T1, options.T2, options.T4, options.TryingAfter), Timers, Sender, options.MaxTransactions)
        {
            ReliableFlow = options.LargeRequestsOverTcp ? flow => Transport!.FlowTo(SipTransportProtocol.Tcp, flow.Remote, "", null) : null,
            MaxUnreliableSize = options.MaxUdpRequestSize,
            Sources = Sources,
        };
        _transports = transports(this);
        Transport = new TransportLayer(_transports, options.Dns, Gate, time, logger);
        Flows = new FlowTokens(options.FlowKey, _transports);
        Core = new UserAgentCore(this, handler, logger);
    }

    /// <summary>What it listens on, with the ports that were bound; empty before <see cref="StartAsync"/>.</summary>
    public IReadOnlyList<SipListener> Listeners { get; private set; } = [];

    internal SipEndpointOptions Options { get; }

    internal Lock Gate { get; } = new();

    internal DateTimeOffset Now => _time.GetUtcNow();

    internal TimerQueue Timers { get; }

    internal MessageSender Sender { get; }

    internal SourceGate? Sources { get; }

    internal TransactionLayer Transactions { get; }

    internal TransportLayer Transport { get; }

    internal FlowTokens Flows { get; }

    internal DialogTable Dialogs { get; } = new();

    internal Dictionary<DialogId, Subscription> Subscriptions { get; } = [];

    internal UserAgentCore Core { get; }

    /// <summary>Binds all listeners.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">An address cannot be bound; nothing listens then.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            foreach (var transport in _transports)
                transport.Start(this);
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }

        Listeners = [.. _transports.Select(transport => transport.Listener)];
    }

    /// <summary>Sends an INVITE. The handler may be called before this returns (no listener fits, or the send fails).</summary>
    public InviteSession Invite(InviteRequest request, IInviteSessionHandler handler)
    {
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return InviteSession.StartClient(this, request, handler);
        }
    }

    /// <summary>Sends a request out of dialog (REGISTER, OPTIONS …). What it lacks of Max-Forwards, From tag, Call-ID, CSeq and User-Agent is added.</summary>
    /// <param name="request">With From, To and what the method needs; without Via.</param>
    /// <param name="completed">Gets the final status: 408 time-out and 503 transport failure come without response. Under the endpoint's lock.</param>
    /// <param name="nextHop">Where to send it when that is neither the first Route nor the Request-URI.</param>
    /// <param name="credentials">Answers 401 and 407.</param>
    /// <param name="contactUser">Adds a Contact of ours with this user part (REGISTER).</param>
    public void SendRequest(SipRequest request, Action<int, SipResponse?> completed, SipUri? nextHop = null, DigestClient? credentials = null, string? contactUser = null)
    {
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Core.SendOutOfDialog(request, completed, nextHop, credentials, contactUser);
        }
    }

    /// <summary>The session that carries a dialog, early ones and those that are being ended included; null when there is none.</summary>
    public InviteSession? FindSession(DialogId dialog)
    {
        lock (Gate)
            return Dialogs.Find(dialog);
    }

    /// <summary>A URI by which other servers reach this endpoint: at its first listener that is no WebSocket; null when there is none. Once started.</summary>
    /// <param name="user">Its user part.</param>
    public SipUri? UriFor(string? user) => _transports.FirstOrDefault(transport => transport.Protocol.IsReachable())?.UriFor(user, secure: false);

    /// <summary>Stops listening and forgets everything; sessions end with <see cref="SessionEndCause.EndpointClosed"/> and nothing is sent: hang up first.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (Gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            foreach (var session in Dialogs.Drain())
                session.OnEndpointClosed();
            Subscriptions.Clear();
            Timers.Dispose();
            Transactions.Clear();
        }

        foreach (var transport in _transports)
            await transport.DisposeAsync().ConfigureAwait(false);
    }

    void ITransportSink.OnMessage(in SipFlow flow, ReadOnlySpan<byte> message)
    {
        var verdict = Sources?.Enter(flow.Remote.Address) ?? SourceVerdict.Read;
        if (verdict != SourceVerdict.Read)
        {
            if (verdict == SourceVerdict.Banned && flow.Connection is { } connection)
            {
                lock (Gate)
                    connection.Close();
            }

            return;
        }

        // Parsing needs no lock; a stray keep-alive costs nothing more.
        var result = SipParser.Parse(message);
        if (result.Error == SipParseError.KeepAlive)
            return;
        lock (Gate)
        {
            if (!_disposed)
                Core.Receive(result, flow);
        }
    }

    void ITransportSink.OnConnectionClosed(SipConnection connection)
    {
        lock (Gate)
        {
            if (_disposed)
                return;
            ClientTransaction[] waiting = [.. connection.Waiting];
            connection.Waiting.Clear();
            foreach (var transaction in waiting)
                transaction.OnTransportClosed();
        }
    }

    bool ITransportSink.IsInUse(SipConnection connection) => Dialogs.Use(connection);

    private List<SipTransport> CreateTransports()
    {
        var transports = new List<SipTransport>();
        var tls = Options.Tls is { } certificates ? new TlsHandshake(certificates, _time, _logger) : null;
        foreach (var listener in Options.Listeners)
        {
            if (listener.Protocol.IsSecure() && tls is null)
                throw new ArgumentException($"The listener {listener.EndPoint} needs a certificate: set {nameof(SipEndpointOptions.Tls)}.");
            transports.Add(listener.Protocol == SipTransportProtocol.Udp
                ? new UdpTransport(listener, _logger)
                : new StreamTransport(listener, Options, listener.Protocol.IsSecure() ? tls : null, Timers, Gate, _time, _logger));
        }

        return transports;
    }
}
