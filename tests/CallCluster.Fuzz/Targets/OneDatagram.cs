using CallCluster.Media.Dtls;
using CallCluster.Media.Rtp;
using Org.BouncyCastle.Tls;

namespace CallCluster.Fuzz.Targets;

/// <summary>A network on which one datagram comes, and nothing after it; what is sent is lost, and ends the handshake once it has been so often.</summary>
internal sealed class OneDatagram(ReadOnlySpan<byte> datagram, int sends) : DatagramTransport
{
    private readonly byte[] _datagram = datagram.ToArray();
    private bool _isTaken;
    private int _sends = sends;

    /// <summary>Whatever the datagram is: the handshake over it ends in an error that the association catches, and never in keys.</summary>
    public static void MakesNoKeys(DtlsPeer peer, Action handshake)
    {
        try
        {
            handshake();
            throw new BrokenPromiseException("One datagram made a handshake.");
        }
        catch (IOException)
        {
            Promise.Holds(peer.Keys is null);
        }
    }

    public int GetReceiveLimit() => RtpHeader.MaxDatagram;

    public int GetSendLimit() => RtpHeader.MaxDatagram;

    public int Receive(byte[] buf, int off, int len, int waitMillis) => Receive(buf.AsSpan(off, len), waitMillis);

    public int Receive(Span<byte> buffer, int waitMillis)
    {
        if (_isTaken)
            throw new IOException("Nothing more comes.");
        _isTaken = true;
        var length = Math.Min(_datagram.Length, buffer.Length);
        _datagram.AsSpan(0, length).CopyTo(buffer);
        return length;
    }

    public void Send(byte[] buf, int off, int len) => Send(buf.AsSpan(off, len));

    public void Send(ReadOnlySpan<byte> buffer)
    {
        if (--_sends < 0)
            throw new IOException("It answers.");
    }

    public void Close()
    {
    }
}
