namespace CallCluster.Media.Srtp;

/// <summary>AES in counter mode under one key (RFC 3711 section 4.1.1, RFC 6188). Belongs to one thread at a time; nothing is allocated for a packet.</summary>
internal abstract class AesCounter : IDisposable
{
    protected const int BlockLength = 16;

    /// <param name="key">16 or 32 bytes.</param>
    public static AesCounter Create(ReadOnlySpan<byte> key) => ProcessorAesCounter.IsSupported ? new ProcessorAesCounter(key) : new LibraryAesCounter(key);

    /// <summary>XORs <paramref name="data"/>, at most 2048 bytes, with the keystream that begins at a counter block, which grows by 1 with each 16 bytes.</summary>
    /// <param name="data">Plaintext or ciphertext, changed in place.</param>
    /// <param name="high">The counter block's first 8 bytes, big-endian; they stay.</param>
    /// <param name="low">Its last 8 bytes.</param>
    public abstract void Crypt(Span<byte> data, ulong high, ulong low);

    public abstract void Dispose();
}
