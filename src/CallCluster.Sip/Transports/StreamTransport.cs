using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Tls;
using CallCluster.Sip.UserAgents;
using CallCluster.Sip.WebSockets;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.Transports;

/// <summary>
/// SIP over TCP, TLS (RFC 3261 §18, §26) and WebSocket (RFC 7118): one listener, connections from both sides; over WebSocket from clients only. Those that we
/// opened are found again by the peer's address and, over TLS, the host that it proved to be: another host at the same address gets a connection of its own
/// (CVE-2020-15260).
/// </summary>
internal sealed partial class StreamTransport : SipTransport
{
    private readonly Dictionary<Peer, StreamConnection> _connections = [];
    private readonly Dictionary<long, StreamConnection> _byId = [];
    private readonly Dictionary<IPAddress, int> _perAddress = [];
    private readonly int _maxConnections;
    private readonly int _maxPerAddress;
    private readonly TlsHandshake? _tls;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Socket _listener;
    private ITransportSink? _sink;
    private bool _stopping;

    internal StreamTransport(
        SipListenerOptions options, SipEndpointOptions limits, TlsHandshake? tls, TimerQueue timers, Lock gate, TimeProvider time, ILogger logger)
        : base(options)
    {
        _maxConnections = limits.MaxConnections;
        _maxPerAddress = limits.MaxConnectionsPerAddress;
        IdleTimeout = limits.ConnectionIdleTimeout;
        OpeningTimeout = limits.ConnectionOpeningTimeout;
        PingEvery = limits.ConnectionPingEvery;
        PongWithin = limits.ConnectionPongWithin;
        MaxQueuedBytes = limits.MaxQueuedBytesPerConnection;
        Timers = timers;
        Gate = gate;
        _tls = tls;
        _time = time;
        _logger = logger;
        _listener = new Socket(options.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    }

    private bool IsWebSocket => Protocol is SipTransportProtocol.Ws or SipTransportProtocol.Wss;

    internal Lock Gate { get; }

    internal TimerQueue Timers { get; }

    internal TimeSpan IdleTimeout { get; }

    /// <summary>For connect and handshake together.</summary>
    internal TimeSpan OpeningTimeout { get; }

    /// <summary>How often a connection that we opened is pinged, and how long the answer may take (RFC 5626 §4.4.1).</summary>
    internal TimeSpan PingEvery { get; }

    internal TimeSpan PongWithin { get; }

    internal int MaxQueuedBytes { get; }

    internal override void Start(ITransportSink sink)
    {
        _sink = sink;
        _listener.Bind(LocalEndPoint);
        _listener.Listen(512);
        LocalEndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _ = AcceptAsync();
    }

    internal override bool Send(in SipFlow flow, ReadOnlySpan<byte> message)
    {
        if (flow.Connection is { IsOpen: true } open)
            return open.Send(message);
        // The connection of the request is gone: a response goes to the port of its sent-by on a new one (§18.2.2).
        return flow.Host is { } host && TryGetFlow(flow.Remote, host, out var fresh) && fresh.Connection!.Send(message);
    }

    internal override bool TryGetFlow(IPEndPoint remote, string host, out SipFlow flow)
    {
        flow = default;
        if (_stopping)
            return false;
        var peer = new Peer(remote, _tls is null || IsWebSocket ? null : host.ToLowerInvariant());
        if (!_connections.TryGetValue(peer, out var connection))
        {
            if (!Protocol.IsReachable() || IsFull(remote))
                return false;
            connection = Add(peer, isOurs: true);
            _ = connection.RunAsync(cancellation => OpenAsync(remote, host, cancellation));
        }

        flow = new SipFlow(this, remote, connection, host);
        return true;
    }

    internal override SipConnection? FindConnection(long id) => _byId.GetValueOrDefault(id);

    /// <summary>The connection closed.</summary>
    internal void Forget(StreamConnection connection)
    {
        SipMetrics.ConnectionsChanged(-1);
        var peer = new Peer(connection.Remote, connection.Host);
        if (_connections.TryGetValue(peer, out var known) && known == connection)
            _connections.Remove(peer);
        _byId.Remove(connection.Id);
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_perAddress, connection.Remote.Address);
        if (--count == 0)
            _perAddress.Remove(connection.Remote.Address);
    }

    public override ValueTask DisposeAsync()
    {
        lock (Gate)
        {
            _stopping = true;
            foreach (var connection in _byId.Values.ToArray())
                connection.Close();
        }

        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var socket = await _listener.AcceptAsync().ConfigureAwait(false);
                Accept(socket);
            }
            catch (Exception exception)
            {
                if (Volatile.Read(ref _stopping) || exception is ObjectDisposedException)
                    return;
                // Out of descriptors, or a peer that was gone already: the listener stays good.
                SipMetrics.SocketError();
                LogWarningAccept(LocalEndPoint, exception.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(50), _time).ConfigureAwait(false);
            }
        }
    }

    private void Accept(Socket socket)
    {
        var remote = (IPEndPoint)socket.RemoteEndPoint!;
        lock (Gate)
        {
            if (_stopping || IsFull(remote) || HasTooMany(remote))
            {
                socket.Dispose();
                return;
            }

            Prepare(socket);
            _ = Add(new Peer(remote, null), isOurs: false).RunAsync(cancellation => AcceptedAsync(socket, cancellation));
        }
    }

    private StreamConnection Add(in Peer peer, bool isOurs)
    {
        SipMetrics.ConnectionsChanged(1);
        CollectionsMarshal.GetValueRefOrAddDefault(_perAddress, peer.Remote.Address, out _)++;
        var connection = _connections[peer] = new StreamConnection(this, _sink!, peer.Remote, peer.Host, isOurs, _time, _logger);
        _byId.Add(connection.Id, connection);
        return connection;
    }

    private bool IsFull(IPEndPoint remote)
    {
        if (_byId.Count < _maxConnections)
            return false;
        SipMetrics.Dropped("connections-full");
        LogInformationFull(remote, _maxConnections);
        return true;
    }

    private bool HasTooMany(IPEndPoint remote)
    {
        if (_perAddress.GetValueOrDefault(remote.Address) < _maxPerAddress)
            return false;
        SipMetrics.Dropped("connections-per-address");
        LogInformationTooMany(remote, _maxPerAddress);
        return true;
    }

    // A phone that lost its network without a word is noticed within two minutes, and the binding of its NAT is held.
    private static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
    }

    private async ValueTask<OpenedChannel> AcceptedAsync(Socket socket, CancellationToken cancellation)
    {
        var (stream, names) = await SecuredAsync(new NetworkStream(socket, ownsSocket: true), cancellation).ConfigureAwait(false);
        return new OpenedChannel(IsWebSocket ? await WebSocketUpgrade.AcceptAsync(stream, cancellation).ConfigureAwait(false) : new FramedStream(stream), names);
    }

    private async ValueTask<(Stream Stream, IReadOnlyList<string> PeerNames)> SecuredAsync(Stream stream, CancellationToken cancellation)
    {
        if (_tls is null)
            return (stream, []);
        var wanted = IsWebSocket ? ClientCertificates.Ignored : _tls.ClientCertificates;
        var (secured, names) = await _tls.AcceptAsync(stream, wanted, cancellation).ConfigureAwait(false);
        return (secured, names);
    }

    private async ValueTask<OpenedChannel> OpenAsync(IPEndPoint remote, string host, CancellationToken cancellation)
    {
        var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Prepare(socket);
            await socket.ConnectAsync(remote, cancellation).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var stream = new NetworkStream(socket, ownsSocket: true);
        if (_tls is null)
            return new OpenedChannel(new FramedStream(stream), []);
        var (secured, names) = await _tls.ConnectAsync(stream, host, cancellation).ConfigureAwait(false);
        return new OpenedChannel(new FramedStream(secured), names);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "No room for a SIP connection with {Remote}: all {Capacity} are open. Raise MaxConnections if these are real peers.")]
    private partial void LogInformationFull(IPEndPoint remote, int capacity);

    [LoggerMessage(Level = LogLevel.Information, Message = "SIP connection from {Remote} refused: {Capacity} from that address are open. Raise MaxConnectionsPerAddress if many phones stand behind it.")]
    private partial void LogInformationTooMany(IPEndPoint remote, int capacity);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Accepting a SIP connection on {Local} failed ({Error}); trying again. Check the limit of open files.")]
    private partial void LogWarningAccept(IPEndPoint local, string error);

    /// <param name="Remote">Address.</param>
    /// <param name="Host">Whom we opened it to, over TLS; null when the peer opened it, or without TLS.</param>
    private readonly record struct Peer(IPEndPoint Remote, string? Host);
}
