using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace CallCluster.Media.Srtp;

/// <summary>The 160 bits that SHA-1 carries from one block to the next (FIPS 180-4 section 6.1). A copy of it is a hash that goes on from there. Takes the same time for any data.</summary>
internal struct Sha1State
{
    public const int BlockLength = 64;
    public const int HashLength = 20;
    private const int Rounds = 80;

    private uint _a;
    private uint _b;
    private uint _c;
    private uint _d;
    private uint _e;

    /// <summary>Section 5.3.1.</summary>
    public static Sha1State Initial => new() { _a = 0x67452301, _b = 0xefcdab89, _c = 0x98badcfe, _d = 0x10325476, _e = 0xc3d2e1f0 };

    /// <summary>Takes in what begins <paramref name="data"/>, block by block; returns the rest, less than a block.</summary>
    public ReadOnlySpan<byte> AddBlocks(ReadOnlySpan<byte> data)
    {
        for (; data.Length >= BlockLength; data = data[BlockLength..])
            Add(data[..BlockLength]);
        return data;
    }

    /// <summary>Takes in the rest of a message with the padding of section 5.1.1.</summary>
    /// <param name="rest">Less than a block.</param>
    /// <param name="length">Bytes of the whole message.</param>
    public void AddLast(ReadOnlySpan<byte> rest, int length)
    {
        Span<byte> padded = stackalloc byte[2 * BlockLength];
        padded.Clear();
        rest.CopyTo(padded);
        padded[rest.Length] = 0x80;
        padded = padded[..(rest.Length < BlockLength - sizeof(ulong) ? BlockLength : 2 * BlockLength)];
        BinaryPrimitives.WriteUInt64BigEndian(padded[^sizeof(ulong)..], (ulong)length * 8);
        AddBlocks(padded);
    }

    public readonly void Write(Span<byte> hash)
    {
        BinaryPrimitives.WriteUInt32BigEndian(hash, _a);
        BinaryPrimitives.WriteUInt32BigEndian(hash[4..], _b);
        BinaryPrimitives.WriteUInt32BigEndian(hash[8..], _c);
        BinaryPrimitives.WriteUInt32BigEndian(hash[12..], _d);
        BinaryPrimitives.WriteUInt32BigEndian(hash[16..], _e);
    }

    // Section 6.1.2.
    private void Add(ReadOnlySpan<byte> block)
    {
        Span<uint> schedule = stackalloc uint[Rounds];
        FillSchedule(schedule, block);
        var (a, b, c, d, e) = (_a, _b, _c, _d, _e);
        foreach (var word in schedule[..20])
            (a, b, c, d, e) = (BitOperations.RotateLeft(a, 5) + (d ^ (b & (c ^ d))) + (e + 0x5a827999 + word), a, BitOperations.RotateLeft(b, 30), c, d);
        foreach (var word in schedule[20..40])
            (a, b, c, d, e) = (BitOperations.RotateLeft(a, 5) + (b ^ c ^ d) + (e + 0x6ed9eba1 + word), a, BitOperations.RotateLeft(b, 30), c, d);
        foreach (var word in schedule[40..60])
            (a, b, c, d, e) = (BitOperations.RotateLeft(a, 5) + ((b & c) | (d & (b | c))) + (e + 0x8f1bbcdc + word), a, BitOperations.RotateLeft(b, 30), c, d);
        foreach (var word in schedule[60..])
            (a, b, c, d, e) = (BitOperations.RotateLeft(a, 5) + (b ^ c ^ d) + (e + 0xca62c1d6 + word), a, BitOperations.RotateLeft(b, 30), c, d);
        // The block may have been a key.
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(schedule));
        (_a, _b, _c, _d, _e) = (_a + a, _b + b, _c + c, _d + d, _e + e);
    }

    private static void FillSchedule(Span<uint> w, ReadOnlySpan<byte> block)
    {
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, uint>(block), w);
        var t = BlockLength / sizeof(uint);
        for (; t < 32; t++)
            w[t] = BitOperations.RotateLeft(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
        // The same rule put into itself reaches back twice as far and turns twice as much: none of four words needs another of them.
        for (; t < Rounds; t += 4)
        {
            var words = Vector128.Create<uint>(w[(t - 6)..]) ^ Vector128.Create<uint>(w[(t - 16)..]) ^ Vector128.Create<uint>(w[(t - 28)..]) ^ Vector128.Create<uint>(w[(t - 32)..]);
            ((words << 2) | (words >> 30)).CopyTo(w[t..]);
        }
    }
}
