using System.Buffers.Binary;

namespace CallCluster.Media.Dtmf;

/// <summary>RFC 4733 section 2.3: event(8) E(1) R(1) volume(6) duration(16).</summary>
internal readonly record struct TelephoneEvent(byte Code, bool End, byte Volume, ushort Duration)
{
    /// <summary>Bytes of the payload.</summary>
    public const int Length = 4;

    /// <summary>Reads the first event of the payload; false when it is too short.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out TelephoneEvent result)
    {
        if (payload.Length < Length)
        {
            result = default;
            return false;
        }
        result = new TelephoneEvent(payload[0], (payload[1] & 0x80) != 0, (byte)(payload[1] & 0x3F), BinaryPrimitives.ReadUInt16BigEndian(payload[2..]));
        return true;
    }

    /// <summary>Counts the duration of the event at the start of <paramref name="payload"/> in units of another clock.</summary>
    public static void ChangeClock(Span<byte> payload, int from, int to) =>
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], (ushort)Math.Min(ushort.MaxValue, BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) * (long)to / from));

    /// <summary>Writes the four bytes.</summary>
    public void Write(Span<byte> target)
    {
        target[0] = Code;
        target[1] = (byte)((End ? 0x80 : 0) | (Volume & 0x3F));
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], Duration);
    }
}
