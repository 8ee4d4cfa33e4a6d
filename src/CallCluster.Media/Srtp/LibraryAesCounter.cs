using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace CallCluster.Media.Srtp;

/// <summary>Counter mode by the platform's library, which has no such mode: the counters of a whole packet are encrypted as a codebook in one call.</summary>
internal sealed class LibraryAesCounter : AesCounter
{
    private const int MaxBlocks = 2048 / BlockLength;

    // ICryptoTransform takes arrays. One pair serves all ciphers of a thread, or each stream would hold kilobytes.
    [ThreadStatic]
    private static byte[]? _counters;
    [ThreadStatic]
    private static byte[]? _keystream;

    private readonly Aes _aes = Aes.Create();
    private readonly ICryptoTransform _encryptor;

    public LibraryAesCounter(ReadOnlySpan<byte> key)
    {
        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        _aes.SetKey(key);
        _encryptor = _aes.CreateEncryptor();
    }

    public override void Crypt(Span<byte> data, ulong high, ulong low)
    {
        var blocks = (data.Length + BlockLength - 1) / BlockLength;
        if (blocks == 0)
            return;
        var counters = _counters ??= new byte[MaxBlocks * BlockLength];
        var keystream = _keystream ??= new byte[MaxBlocks * BlockLength];
        var words = MemoryMarshal.Cast<byte, ulong>(counters.AsSpan(0, blocks * BlockLength));
        high = BinaryPrimitives.ReverseEndianness(high);
        for (var i = 0; i < words.Length; i += 2)
        {
            words[i] = high;
            words[i + 1] = BinaryPrimitives.ReverseEndianness(low++);
        }
        _encryptor.TransformBlock(counters, 0, blocks * BlockLength, keystream, 0);
        Xor(data, keystream);
    }

    public override void Dispose()
    {
        _encryptor.Dispose();
        _aes.Dispose();
    }

    private static void Xor(Span<byte> data, ReadOnlySpan<byte> with)
    {
        var at = 0;
        for (; at <= data.Length - Vector<byte>.Count; at += Vector<byte>.Count)
            (new Vector<byte>(data[at..]) ^ new Vector<byte>(with[at..])).CopyTo(data[at..]);
        for (; at < data.Length; at++)
            data[at] ^= with[at];
    }
}
