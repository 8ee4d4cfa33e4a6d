using CallCluster.Media.Srtp;

namespace CallCluster.Media.Tests.Engine;

/// <summary>A phone that speaks SRTP through a peer's sockets.</summary>
internal sealed class SecurePeer(RtpPeer peer, SrtpMasterKey sends, SrtpMasterKey receives) : IDisposable
{
    private readonly SrtpSender _sender = new(sends);
    private readonly SrtpReceiver _receiver = new(receives);
    private readonly byte[] _buffer = new byte[2048];
    private byte[] _last = [];

    public RtpPeer Peer { get; } = peer;

    /// <summary>Sends a packet of audio that its number tells apart; returns the audio.</summary>
    public byte[] Send(int port, ushort sequence)
    {
        var packet = new RtpPacket(Peer.PayloadType, sequence, sequence * 160u, Peer.Ssrc, [.. Enumerable.Repeat((byte)sequence, 160)]);
        _last = _buffer[.._sender.ProtectRtp(packet.ToBytes(), _buffer)];
        Peer.Send(port, _last);
        return packet.Payload;
    }

    /// <summary>The last packet as it was sent.</summary>
    public byte[] Last => _last;

    /// <summary>The last packet once more, bit by bit.</summary>
    public void SendAgain(int port) => Peer.Send(port, _last);

    public void SendReport(int port)
    {
        byte[] report = [0x80, 201, 0, 1, 0, 0, 0, (byte)Peer.Ssrc];
        Peer.SendRtcp(port, _buffer[.._sender.ProtectRtcp(report, _buffer)]);
    }

    public RtpPacket Receive()
    {
        var datagram = _buffer.AsSpan(0, Peer.Rtp.Receive(_buffer));
        Assert.True(_receiver.TryUnprotectRtp(ref datagram, out var reason), reason.ToString());
        return RtpPacket.Parse(datagram);
    }

    public byte[] ReceiveReport()
    {
        Span<byte> datagram = Peer.ReceiveRtcp();
        Assert.True(_receiver.TryUnprotectRtcp(ref datagram, out var reason), reason.ToString());
        return datagram.ToArray();
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }
}
