using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.Transports;

/// <summary>
/// SIP over UDP (RFC 3261 §18). One dedicated thread blocks in receive and hands out spans of one buffer; what a datagram makes go wrong is
/// counted and logged, and never ends the loop. Sends go directly from the caller's thread.
/// </summary>
internal sealed partial class UdpTransport : SipTransport
{
    private const int LargestDatagram = 65_535;
    private const int MaxKnownPeers = 8192;
    private const int BufferBytes = 4 << 20;
    private readonly ILogger _logger;
    private readonly Socket _socket;
    private readonly Dictionary<SocketAddress, IPEndPoint> _peers = [];
    private ITransportSink? _sink;
    private Thread? _thread;
    private volatile bool _stopping;

    internal UdpTransport(SipListenerOptions options, ILogger logger)
        : base(options)
    {
        _logger = logger;
        _socket = new Socket(options.EndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
    }

    internal override void Start(ITransportSink sink)
    {
        _sink = sink;
        _socket.ReceiveBufferSize = BufferBytes;
        _socket.SendBufferSize = BufferBytes;
        // A full send buffer must not hold the endpoint's lock for long; UDP may lose the message anyway.
        _socket.SendTimeout = 10;
        _socket.Bind(LocalEndPoint);
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _thread = new Thread(Receive) { IsBackground = true, Name = $"sip-udp-{LocalEndPoint.Port}" };
        _thread.Start();
    }

    internal override bool Send(in SipFlow flow, ReadOnlySpan<byte> message)
    {
        try
        {
            _socket.SendTo(message, SocketFlags.None, flow.Remote);
            return true;
        }
        catch (SocketException exception)
        {
            LogInformationSend(flow.Remote, exception.SocketErrorCode);
            return false;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    public override ValueTask DisposeAsync()
    {
        _stopping = true;
        _socket.Dispose();
        if (_thread is not null && _thread != Thread.CurrentThread)
            _thread.Join(TimeSpan.FromSeconds(2));
        return ValueTask.CompletedTask;
    }

    private void Receive()
    {
        var buffer = new byte[LargestDatagram];
        var address = new SocketAddress(_socket.AddressFamily);
        while (!_stopping)
        {
            try
            {
                var length = _socket.ReceiveFrom(buffer, SocketFlags.None, address);
                if (length > 0)
                    _sink!.OnMessage(new SipFlow(this, PeerOf(address)), buffer.AsSpan(0, length));
            }
            catch (Exception) when (_stopping)
            {
                return;
            }
            catch (SocketException exception)
            {
                // ICMP errors of earlier sends surface here; the socket stays good.
                SipMetrics.SocketError();
                LogDebugReceive(LocalEndPoint, exception.SocketErrorCode);
            }
            catch (Exception exception)
            {
                SipMetrics.DatagramThrew();
                LogErrorDatagram(exception, LocalEndPoint);
            }
        }
    }

    // Only the receive thread comes here.
    private IPEndPoint PeerOf(SocketAddress address)
    {
        if (_peers.TryGetValue(address, out var known))
            return known;
        if (_peers.Count >= MaxKnownPeers)
            _peers.Clear();
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer[..address.Size].CopyTo(copy.Buffer);
        var remote = (IPEndPoint)LocalEndPoint.Create(copy);
        _peers[copy] = remote;
        return remote;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "UDP send to {Remote} failed with {Error}. Check the route and firewall to that peer.")]
    private partial void LogInformationSend(IPEndPoint remote, SocketError error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "UDP receive on {Local} reported {Error}; listening goes on.")]
    private partial void LogDebugReceive(IPEndPoint local, SocketError error);

    [LoggerMessage(Level = LogLevel.Error, Message = "A datagram on {Local} made the stack throw; it was dropped and listening goes on. Report this as a bug.")]
    private partial void LogErrorDatagram(Exception exception, IPEndPoint local);
}
