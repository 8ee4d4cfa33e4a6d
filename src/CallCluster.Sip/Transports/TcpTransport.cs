using System.Net;
using System.Net.Sockets;
using CallCluster.Sip.Timers;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.Transports;

/// <summary>SIP over TCP (RFC 3261 §18): one listener, connections from both sides, found again by the peer's address.</summary>
internal sealed partial class TcpTransport : SipTransport
{
    private readonly Dictionary<IPEndPoint, StreamConnection> _connections = [];
    private readonly int _maxConnections;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Socket _listener;
    private ITransportSink? _sink;
    private bool _stopping;

    internal TcpTransport(SipListenerOptions options, SipEndpointOptions limits, TimerQueue timers, Lock gate, TimeProvider time, ILogger logger)
        : base(options)
    {
        _maxConnections = limits.MaxConnections;
        IdleTimeout = limits.ConnectionIdleTimeout;
        MaxQueuedBytes = limits.MaxQueuedBytesPerConnection;
        Timers = timers;
        Gate = gate;
        _time = time;
        _logger = logger;
        _listener = new Socket(options.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    }

    internal Lock Gate { get; }

    internal TimerQueue Timers { get; }

    internal TimeSpan IdleTimeout { get; }

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
        return TryGetFlow(flow.Remote, out var fresh) && fresh.Connection!.Send(message);
    }

    internal override bool TryGetFlow(IPEndPoint remote, out SipFlow flow)
    {
        flow = default;
        if (_stopping)
            return false;
        if (!_connections.TryGetValue(remote, out var connection))
        {
            if (IsFull(remote))
                return false;
            connection = Add(remote);
            _ = connection.RunAsync(cancellation => ConnectAsync(remote, cancellation));
        }

        flow = new SipFlow(this, remote, connection);
        return true;
    }

    /// <summary>The connection closed.</summary>
    internal void Forget(StreamConnection connection)
    {
        SipMetrics.ConnectionsChanged(-1);
        if (_connections.TryGetValue(connection.Remote, out var known) && known == connection)
            _connections.Remove(connection.Remote);
    }

    public override ValueTask DisposeAsync()
    {
        lock (Gate)
        {
            _stopping = true;
            foreach (var connection in _connections.Values.ToArray())
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
            if (_stopping || IsFull(remote))
            {
                socket.Dispose();
                return;
            }

            socket.NoDelay = true;
            _ = Add(remote).RunAsync(_ => ValueTask.FromResult<Stream>(new NetworkStream(socket, ownsSocket: true)));
        }
    }

    private StreamConnection Add(IPEndPoint remote)
    {
        SipMetrics.ConnectionsChanged(1);
        return _connections[remote] = new StreamConnection(this, _sink!, remote, _time, _logger);
    }

    private bool IsFull(IPEndPoint remote)
    {
        if (_connections.Count < _maxConnections)
            return false;
        SipMetrics.Dropped("connections-full");
        LogInformationFull(remote, _maxConnections);
        return true;
    }

    private static async ValueTask<Stream> ConnectAsync(IPEndPoint remote, CancellationToken cancellation)
    {
        var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(remote, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "No room for a SIP connection with {Remote}: all {Capacity} are open. Raise MaxConnections if these are real peers.")]
    private partial void LogInformationFull(IPEndPoint remote, int capacity);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Accepting a SIP connection on {Local} failed ({Error}); trying again. Check the limit of open files.")]
    private partial void LogWarningAccept(IPEndPoint local, string error);
}
