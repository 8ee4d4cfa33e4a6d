using System.Buffers.Binary;
using System.Security.Cryptography;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Stun;

/// <summary>
/// A STUN message (RFC 8489 section 5) as it lies in a datagram: reading allocates nothing and never leaves the datagram. Of what it says nothing is authentic before
/// <see cref="HasIntegrity"/>, and attributes behind MESSAGE-INTEGRITY, which nobody vouches for, are not seen (section 14.5).
/// </summary>
internal readonly ref struct StunMessage
{
    public const int HeaderLength = 20;
    public const int TransactionIdLength = 12;

    /// <summary>No message that concerns us comes near to it; longer ones are refused unread.</summary>
    public const int MaxLength = 1280;

    internal const uint MagicCookie = 0x2112_A442;
    internal const uint FingerprintMask = 0x5354_554E;
    internal const int IntegrityLength = 20;
    private const int AttributeHeaderLength = 4;
    private const int Binding = 1;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _integrityAt;
    private readonly int _fingerprintAt;

    private StunMessage(ReadOnlySpan<byte> bytes, StunClass kind, int integrityAt, int fingerprintAt)
    {
        _bytes = bytes;
        Class = kind;
        _integrityAt = integrityAt;
        _fingerprintAt = fingerprintAt;
    }

    public StunClass Class { get; }

    public ReadOnlySpan<byte> TransactionId => _bytes.Slice(8, TransactionIdLength);

    /// <summary>RFC 7983 section 7: on a port that is shared with RTP and DTLS, what begins with 0 to 3 is STUN.</summary>
    public static bool IsStun(ReadOnlySpan<byte> datagram) => !datagram.IsEmpty && datagram[0] <= 3;

    /// <summary>
    /// RFC 8489 section 5: 00 type(14) length(16) cookie(32) transaction(96), attributes type(16) length(16) value, padded to 32 bits. The datagram is one message and nothing
    /// else; FINGERPRINT is the last attribute. False for another method than Binding.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        if (datagram.Length is < HeaderLength or > MaxLength || !IsStun(datagram[..1]) || BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != MagicCookie)
            return false;
        int type = BinaryPrimitives.ReadUInt16BigEndian(datagram), length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (length != datagram.Length - HeaderLength || length % 4 != 0 || (type & ~0x0110) != Binding)
            return false;
        int integrityAt = 0, fingerprintAt = 0;
        for (var at = HeaderLength; at < datagram.Length;)
        {
            if (fingerprintAt != 0 || !TryReadAttribute(datagram, at, out var attribute, out var value))
                return false;
            if (attribute == StunAttribute.MessageIntegrity && integrityAt == 0)
            {
                if (value.Length != IntegrityLength)
                    return false;
                integrityAt = at;
            }
            else if (attribute == StunAttribute.Fingerprint)
            {
                if (value.Length != sizeof(uint))
                    return false;
                fingerprintAt = at;
            }
            at += AttributeHeaderLength + Padded(value.Length);
        }
        message = new StunMessage(datagram, (StunClass)((type >> 7 & 2) | (type >> 4 & 1)), integrityAt, fingerprintAt);
        return true;
    }

    /// <summary>The first attribute of that type before MESSAGE-INTEGRITY and FINGERPRINT.</summary>
    public bool TryFind(int type, out ReadOnlySpan<byte> value)
    {
        for (var at = HeaderLength; at < AttributesEnd; at += AttributeHeaderLength + Padded(value.Length))
        {
            _ = TryReadAttribute(_bytes, at, out var attribute, out value);
            if (attribute == type)
                return true;
        }
        value = default;
        return false;
    }

    /// <summary>Writes the types that a request must not have been sent with to us; returns how many, at most what fits.</summary>
    public int UnknownRequired(Span<int> types)
    {
        var count = 0;
        for (var at = HeaderLength; at < AttributesEnd && count < types.Length;)
        {
            _ = TryReadAttribute(_bytes, at, out var attribute, out var value);
            if (StunAttribute.IsUnknownRequired(attribute))
                types[count++] = attribute;
            at += AttributeHeaderLength + Padded(value.Length);
        }
        return count;
    }

    /// <summary>Whether the CRC of section 14.7 is there and right: what makes STUN of a datagram that could be something else.</summary>
    public bool HasFingerprint() => _fingerprintAt != 0
        && BinaryPrimitives.ReadUInt32BigEndian(_bytes[(_fingerprintAt + AttributeHeaderLength)..]) == (Crc32.Of(_bytes[.._fingerprintAt]) ^ FingerprintMask);

    /// <summary>Whether MESSAGE-INTEGRITY (section 14.5, short-term credentials) is there and was made with this password.</summary>
    public bool HasIntegrity(ReadOnlySpan<byte> password)
    {
        if (_integrityAt == 0)
            return false;
        Span<byte> hash = stackalloc byte[IntegrityLength];
        ComputeIntegrity(_bytes[.._integrityAt], password, hash);
        return CryptographicOperations.FixedTimeEquals(hash, _bytes.Slice(_integrityAt + AttributeHeaderLength, IntegrityLength));
    }

    /// <summary>Where the message that this one answers came from (section 14.2); false when it is not said or not with an address.</summary>
    public bool TryReadMappedAddress(out PeerAddress address)
    {
        address = default;
        if (!TryFind(StunAttribute.XorMappedAddress, out var value) || value.Length < 8)
            return false;
        var port = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ (MagicCookie >> 16));
        switch (value[1], value.Length)
        {
            case (1, 8):
                address = PeerAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(value[4..]) ^ MagicCookie, port);
                return true;
            case (2, 20):
                // The cookie and the transaction id lie side by side in the header, as they do in the mask.
                var mask = _bytes[4..];
                address = new PeerAddress(BinaryPrimitives.ReadUInt64BigEndian(value[4..]) ^ BinaryPrimitives.ReadUInt64BigEndian(mask),
                    BinaryPrimitives.ReadUInt64BigEndian(value[12..]) ^ BinaryPrimitives.ReadUInt64BigEndian(mask[8..]), port);
                return true;
            default:
                return false;
        }
    }

    /// <summary>ERROR-CODE (section 14.8), 300 to 699; 0 when there is none.</summary>
    public int ReadErrorCode() =>
        TryFind(StunAttribute.ErrorCode, out var value) && value.Length >= 4 && (value[2] & 7) is >= 3 and <= 6 and var hundreds && value[3] < 100 ? hundreds * 100 + value[3] : 0;

    /// <summary>HMAC-SHA1 over the message up to MESSAGE-INTEGRITY, its length field reaching to that attribute's end.</summary>
    internal static void ComputeIntegrity(ReadOnlySpan<byte> before, ReadOnlySpan<byte> password, Span<byte> hash)
    {
        Span<byte> copy = stackalloc byte[MaxLength];
        before.CopyTo(copy);
        BinaryPrimitives.WriteUInt16BigEndian(copy[2..], (ushort)(before.Length - HeaderLength + AttributeHeaderLength + IntegrityLength));
        HMACSHA1.HashData(password, copy[..before.Length], hash);
    }

    internal static int Padded(int length) => (length + 3) & ~3;

    private int AttributesEnd => _integrityAt != 0 ? _integrityAt : _fingerprintAt != 0 ? _fingerprintAt : _bytes.Length;

    private static bool TryReadAttribute(ReadOnlySpan<byte> message, int at, out int type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (message.Length - at < AttributeHeaderLength)
            return false;
        type = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]);
        if (Padded(length) > message.Length - at - AttributeHeaderLength)
            return false;
        value = message.Slice(at + AttributeHeaderLength, length);
        return true;
    }
}
