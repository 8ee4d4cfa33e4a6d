using System.Net;
using System.Net.Sockets;

namespace CallCluster.Media.Tests.Engine;

/// <summary>A phone's RTP and RTCP sockets, without any intelligence.</summary>
internal sealed class RtpPeer : IDisposable
{
    private readonly Socket _rtcp;
    private readonly byte[] _buffer = new byte[2048];
    private ushort _sequence;
    private uint _timestamp;

    public RtpPeer(IPAddress? address = null, int port = 0) => (Rtp, _rtcp) = (Bind(address ?? IPAddress.Loopback, port), Bind(address ?? IPAddress.Loopback, 0));

    public Socket Rtp { get; }

    public uint Ssrc { get; init; } = 0x1234;

    public int PayloadType { get; set; }

    public IPEndPoint Address => (IPEndPoint)Rtp.LocalEndPoint!;

    public IPEndPoint RtcpAddress => (IPEndPoint)_rtcp.LocalEndPoint!;

    /// <summary>Sends the next packet of a steady stream; its audio is its own number, so that it can be told from others.</summary>
    public RtpPacket SendAudio(int port, byte[]? payload = null)
    {
        var packet = new RtpPacket(PayloadType, _sequence++, _timestamp, Ssrc, payload ?? Enumerable.Repeat((byte)_sequence, 160).ToArray());
        _timestamp += 160;
        Send(port, packet);
        return packet;
    }

    public void Send(int port, RtpPacket packet) => Send(port, packet.ToBytes());

    public void Send(int port, byte[] datagram) => Rtp.SendTo(datagram, new IPEndPoint(IPAddress.Loopback, port));

    public void SendRtcp(int port, byte[] datagram) => _rtcp.SendTo(datagram, new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Waits for the next packet.</summary>
    public RtpPacket Receive() => RtpPacket.Parse(_buffer.AsSpan(0, Rtp.Receive(_buffer)));

    public RtpPacket[] Receive(int count) => [.. Enumerable.Range(0, count).Select(_ => Receive())];

    public byte[] ReceiveRtcp() => _buffer.AsSpan(0, _rtcp.Receive(_buffer)).ToArray();

    /// <summary>True when something waits to be received.</summary>
    public bool HasPacket => Rtp.Available > 0;

    /// <summary>True when something waits to be received on the RTCP port.</summary>
    public bool HasRtcp => _rtcp.Available > 0;

    public void Dispose()
    {
        Rtp.Dispose();
        _rtcp.Dispose();
    }

    private static Socket Bind(IPAddress address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 8_000 };
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }
}
