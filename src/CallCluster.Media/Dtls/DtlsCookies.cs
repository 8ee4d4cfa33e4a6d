using System.Buffers.Binary;
using CallCluster.Media.Rtp;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace CallCluster.Media.Dtls;

/// <summary>
/// The answer to a ClientHello before anything is spent on it (RFC 6347 section 4.2.1): a HelloVerifyRequest, smaller than the hello, with a cookie that only who receives at the sender's address can
/// bring back. For peers whose address ICE does not prove.
/// </summary>
internal sealed class DtlsCookies
{
    private readonly Lock _lock = new();
    private readonly DtlsVerifier _verifier = new(new BcTlsCrypto(new SecureRandom()));

    /// <summary>Examines a datagram that begins with a plausible ClientHello.</summary>
    /// <param name="hello">The datagram; a hello in pieces is not taken.</param>
    /// <param name="from">Where it came from.</param>
    /// <param name="answer">What is to be sent back there, or null.</param>
    /// <returns>What a handshake goes on from; null without the right cookie.</returns>
    public DtlsRequest? Examine(ReadOnlySpan<byte> hello, in PeerAddress from, out byte[]? answer)
    {
        var client = new byte[18];
        BinaryPrimitives.WriteUInt64BigEndian(client, from.High);
        BinaryPrimitives.WriteUInt64BigEndian(client.AsSpan(8), from.Low);
        BinaryPrimitives.WriteUInt16BigEndian(client.AsSpan(16), from.Port);
        var reply = new Reply();
        DtlsRequest? request = null;
        try
        {
            lock (_lock)
                request = _verifier.VerifyRequest(client, hello.ToArray(), 0, hello.Length, reply);
        }
        catch (Exception)
        {
            // Nothing that the library could read: no answer.
        }
        answer = reply.Datagram;
        return request;
    }

    private sealed class Reply : DatagramSender
    {
        public byte[]? Datagram { get; private set; }

        public int GetSendLimit() => RtpHeader.MaxDatagram;

        public void Send(byte[] buf, int off, int len) => Send(buf.AsSpan(off, len));

        public void Send(ReadOnlySpan<byte> buffer) => Datagram = buffer.ToArray();
    }
}
