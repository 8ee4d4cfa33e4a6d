using System.Buffers.Binary;
using Org.BouncyCastle.Tls;

namespace CallCluster.Media.Dtls;

/// <summary>
/// Looks at the first record of a datagram. Records in the clear move the library's replay window whatever is in them, so noise that forges the peer's address could push the peer's own out of
/// it: what could be no part of a handshake is not handed on.
/// </summary>
internal static class DtlsRecord
{
    private const int HeaderLength = 13;
    private const int HandshakeHeaderLength = 12;

    /// <summary>
    /// RFC 6347 section 4.1: type(8) version(16) epoch(16) sequence(48) length(16); in the clear, epoch 0, only a change of cipher, an alert or a piece of a handshake message (section 4.2.2: type(8)
    /// length(24) sequence(16) offset(24) length(24)). Of later epochs the library can tell by itself.
    /// </summary>
    public static bool IsPlausible(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < HeaderLength || datagram[1] != 0xFE)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]);
        if (length > datagram.Length - HeaderLength)
            return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(datagram[3..]) != 0)
            return true;
        return (short)datagram[0] switch
        {
            ContentType.change_cipher_spec => length == 1,
            ContentType.alert => length == 2,
            ContentType.handshake => length >= HandshakeHeaderLength && IsPiece(datagram.Slice(HeaderLength, length)),
            _ => false,
        };
    }

    /// <summary>Whether a record that <see cref="IsPlausible"/> begins a handshake.</summary>
    public static bool IsClientHello(ReadOnlySpan<byte> datagram) =>
        datagram[0] == ContentType.handshake && BinaryPrimitives.ReadUInt16BigEndian(datagram[3..]) == 0 && datagram[HeaderLength] == HandshakeType.client_hello;

    /// <summary>
    /// Whether a datagram that <see cref="IsClientHello"/> has a cookie, whatever it is worth (RFC 6347 section 4.2.1): version(16) random(256), session id and cookie, each after its length(8).
    /// </summary>
    public static bool HasCookie(ReadOnlySpan<byte> datagram)
    {
        const int sessionId = HeaderLength + HandshakeHeaderLength + 2 + 32;
        return datagram.Length > sessionId && sessionId + 1 + datagram[sessionId] is var cookie && datagram.Length > cookie && datagram[cookie] > 0;
    }

    private static bool IsPiece(ReadOnlySpan<byte> message)
    {
        int total = UInt24(message[1..]), offset = UInt24(message[6..]), length = UInt24(message[9..]);
        return total <= DtlsPeer.MaxMessageSize && offset + length <= total && length <= message.Length - HandshakeHeaderLength;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] << 16 | bytes[1] << 8 | bytes[2];
}
