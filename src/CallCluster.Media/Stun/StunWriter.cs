using System.Buffers.Binary;
using System.Text;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Stun;

/// <summary>Writes a Binding message (RFC 8489 section 5) into memory of the caller's, attribute by attribute; MESSAGE-INTEGRITY and then FINGERPRINT come last.</summary>
internal ref struct StunWriter
{
    private readonly Span<byte> _target;

    /// <param name="target">At least <see cref="StunMessage.MaxLength"/> bytes, or what the attributes need.</param>
    /// <param name="kind">The class.</param>
    /// <param name="transactionId">12 bytes: random in a request, repeated in its answer.</param>
    public StunWriter(Span<byte> target, StunClass kind, scoped ReadOnlySpan<byte> transactionId)
    {
        _target = target;
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)(1 | ((int)kind & 2) << 7 | ((int)kind & 1) << 4));
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], StunMessage.MagicCookie);
        transactionId.CopyTo(target[8..]);
        Length = StunMessage.HeaderLength;
        WriteLength(Length);
    }

    public int Length { get; private set; }

    public readonly Span<byte> Written => _target[..Length];

    public void Add(int type, scoped ReadOnlySpan<byte> value) => value.CopyTo(Add(type, value.Length));

    public void Add(int type, uint value) => BinaryPrimitives.WriteUInt32BigEndian(Add(type, sizeof(uint)), value);

    public void Add(int type, ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Add(type, sizeof(ulong)), value);

    /// <summary>Section 14.2.</summary>
    public void AddMappedAddress(in PeerAddress address)
    {
        var value = Add(StunAttribute.XorMappedAddress, address.IsIPv4 ? 8 : 20);
        value[1] = (byte)(address.IsIPv4 ? 1 : 2);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)(address.Port ^ (StunMessage.MagicCookie >> 16)));
        if (address.IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(value[4..], address.IPv4 ^ StunMessage.MagicCookie);
            return;
        }
        BinaryPrimitives.WriteUInt64BigEndian(value[4..], address.High ^ BinaryPrimitives.ReadUInt64BigEndian(_target[4..]));
        BinaryPrimitives.WriteUInt64BigEndian(value[12..], address.Low ^ BinaryPrimitives.ReadUInt64BigEndian(_target[12..]));
    }

    /// <summary>Section 14.8.</summary>
    /// <param name="code">300 to 699.</param>
    /// <param name="reason">ASCII, fewer than 128 characters.</param>
    public void AddError(int code, string reason)
    {
        var value = Add(StunAttribute.ErrorCode, 4 + reason.Length);
        value[2] = (byte)(code / 100);
        value[3] = (byte)(code % 100);
        Encoding.ASCII.GetBytes(reason, value[4..]);
    }

    /// <summary>Section 14.10.</summary>
    public void AddUnknown(scoped ReadOnlySpan<int> types)
    {
        var value = Add(StunAttribute.UnknownAttributes, types.Length * 2);
        for (var i = 0; i < types.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(value[(i * 2)..], (ushort)types[i]);
    }

    /// <summary>Section 14.5, with short-term credentials.</summary>
    public void AddIntegrity(scoped ReadOnlySpan<byte> password)
    {
        var before = Written;
        StunMessage.ComputeIntegrity(before, password, Add(StunAttribute.MessageIntegrity, StunMessage.IntegrityLength));
    }

    /// <summary>Section 14.7.</summary>
    public void AddFingerprint()
    {
        var end = Length;
        var value = Add(StunAttribute.Fingerprint, sizeof(uint));
        BinaryPrimitives.WriteUInt32BigEndian(value, Crc32.Of(_target[..end]) ^ StunMessage.FingerprintMask);
    }

    private Span<byte> Add(int type, int length)
    {
        var attribute = _target.Slice(Length, 4 + StunMessage.Padded(length));
        attribute.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(attribute, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], (ushort)length);
        Length += attribute.Length;
        WriteLength(Length);
        return attribute.Slice(4, length);
    }

    private readonly void WriteLength(int length) => BinaryPrimitives.WriteUInt16BigEndian(_target[2..], (ushort)(length - StunMessage.HeaderLength));
}
