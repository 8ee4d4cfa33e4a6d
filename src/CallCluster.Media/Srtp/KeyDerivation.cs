using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CallCluster.Media.Srtp;

/// <summary>Session keys from a master key (RFC 3711 section 4.3, RFC 6188, RFC 7714 section 11), with a key derivation rate of 0: they are derived once.</summary>
internal static class KeyDerivation
{
    private const int MaxLength = 32;
    public const byte RtpEncryption = 0;
    public const byte RtpAuthentication = 1;
    public const byte RtpSalt = 2;
    public const byte RtcpEncryption = 3;
    public const byte RtcpAuthentication = 4;
    public const byte RtcpSalt = 5;

    /// <summary>Section 4.3.1: x = key_id XOR master_salt, where key_id = label || r and r is 0; section 4.3.3: the keystream of AES-CM under the master key from x * 2^16.</summary>
    public static void Derive(SrtpMasterKey master, byte label, Span<byte> sessionKey)
    {
        Span<byte> block = stackalloc byte[16];
        block.Clear();
        // A salt of 96 bits is filled up with zeros on the right (RFC 7714 section 11).
        master.Salt.CopyTo(block);
        block[7] ^= label;
        using var aes = Aes.Create();
        aes.SetKey(master.Key);
        Span<byte> keystream = stackalloc byte[16];
        for (ushort counter = 0; !sessionKey.IsEmpty; counter++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(block[14..], counter);
            aes.EncryptEcb(block, keystream, PaddingMode.None);
            var part = Math.Min(sessionKey.Length, keystream.Length);
            keystream[..part].CopyTo(sessionKey);
            sessionKey = sessionKey[part..];
        }
        CryptographicOperations.ZeroMemory(keystream);
    }

    /// <summary>Makes what works under a session key of at most 32 bytes, and leaves no copy of the key itself.</summary>
    public static T Make<T>(SrtpMasterKey master, byte label, int length, Func<ReadOnlySpan<byte>, T> make)
    {
        Span<byte> key = stackalloc byte[MaxLength];
        key = key[..length];
        try
        {
            Derive(master, label, key);
            return make(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public static byte[] Derive(SrtpMasterKey master, byte label, int length)
    {
        var key = new byte[length];
        Derive(master, label, key);
        return key;
    }
}
