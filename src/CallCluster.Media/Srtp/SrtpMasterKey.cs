using System.Security.Cryptography;

namespace CallCluster.Media.Srtp;

/// <summary>A suite with the master key and salt of one direction (RFC 3711 section 3.2.1). Says nothing of them in <see cref="ToString"/>.</summary>
public sealed class SrtpMasterKey
{
    private readonly byte[] _keyAndSalt;

    /// <param name="suite">What the key is for.</param>
    /// <param name="keyAndSalt">The key followed by the salt, as SDES writes them (RFC 4568 section 6.1).</param>
    /// <exception cref="ArgumentException">They are not as long as the suite wants.</exception>
    public SrtpMasterKey(SrtpSuite suite, ReadOnlySpan<byte> keyAndSalt)
    {
        if (keyAndSalt.Length != suite.KeyLength() + suite.SaltLength())
            throw new ArgumentException($"{suite} takes {suite.KeyLength()} bytes of key and {suite.SaltLength()} of salt, not {keyAndSalt.Length} together.", nameof(keyAndSalt));
        Suite = suite;
        _keyAndSalt = keyAndSalt.ToArray();
    }

    /// <summary>What the key is for.</summary>
    public SrtpSuite Suite { get; }

    internal ReadOnlySpan<byte> Key => _keyAndSalt.AsSpan(0, Suite.KeyLength());

    internal ReadOnlySpan<byte> Salt => _keyAndSalt.AsSpan(Suite.KeyLength());

    /// <summary>Whether both are the same key for the same suite.</summary>
    public bool Matches(SrtpMasterKey? other) => other is not null && Suite == other.Suite && CryptographicOperations.FixedTimeEquals(_keyAndSalt, other._keyAndSalt);

    /// <summary>The suite only.</summary>
    public override string ToString() => $"{Suite} key";
}
