using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace CallCluster.Sip.Sources;

/// <summary>
/// Addresses and what is remembered of them, in a fixed amount of memory: sets of four places found by a keyed hash, so that no one can choose whose place to
/// take. A newcomer takes a free place, else that of the stranger that was silent for longest; who has authenticated or is banned is the last to be forgotten.
/// </summary>
internal sealed class SourceTable
{
    private const int Ways = 4;
    private const int Sets = 2048;
    private readonly SourceEntry[] _entries = new SourceEntry[Ways * Sets];
    private readonly ulong _secret = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    /// <summary>The place of this address, made when there is none.</summary>
    public ref SourceEntry Find(IPAddress address, long now)
    {
        var key = KeyOf(address);
        var set = _entries.AsSpan((int)(Mix(key) % Sets) * Ways, Ways);
        var oldest = 0;
        for (var i = 0; i < Ways; i++)
        {
            if (set[i].Key == key)
                return ref set[i];
            if (Worth(set[i], now) < Worth(set[oldest], now))
                oldest = i;
        }

        set[oldest] = new SourceEntry { Key = key };
        return ref set[oldest];
    }

    // An address of IPv6 has a whole /64 to send from.
    private static ulong KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.IsIPv4MappedToIPv6)
            return IPv4Key(bytes[12..]);
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return IPv4Key(bytes);
        return Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    // Beside all global addresses of IPv6, whose first bits are 001.
    private static ulong IPv4Key(ReadOnlySpan<byte> bytes) => 0xFFFF_0000_0000_0000 | BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private static long Worth(in SourceEntry entry, long now) =>
        entry.Key == 0 ? long.MinValue : Math.Max(entry.BannedUntil, entry.ProvenUntil) is var kept && kept > now ? kept : entry.NextMessage - (long.MaxValue / 2);

    private ulong Mix(ulong key)
    {
        var z = (key ^ _secret) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 29)) * _secret;
        return z ^ (z >> 32);
    }
}
