using System.Buffers.Binary;
using CallCluster.Media.Srtp;

namespace CallCluster.Media.Tests.Srtp;

/// <summary>The vectors of RFC 3711 appendix B, RFC 7714 section 16 and libsrtp.</summary>
public sealed class VectorTests
{
    // RFC 3711 appendix B.3.
    private static readonly SrtpMasterKey Rfc3711 = new(SrtpSuite.AesCm128HmacSha1Tag80, Convert.FromHexString("E1F97A0D3E018BE0D64FA32C06DE41390EC675AD498AFEEBB6960B3AABE6"));

    [Theory]
    [InlineData(KeyDerivation.RtpEncryption, "C61E7A93744F39EE10734AFE3FF7A087")]
    [InlineData(KeyDerivation.RtpSalt, "30CBBC08863D8C85D49DB34A9AE1")]
    [InlineData(KeyDerivation.RtpAuthentication,
        "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCEE049646C43D9327AD175578EF72270986371C10C9A369AC2F94A8C5FBCDDDC256D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2")]
    public void Appendix_B_3_key_derivation(byte label, string expected) =>
        Assert.Equal(expected, Convert.ToHexString(KeyDerivation.Derive(Rfc3711, label, expected.Length / 2)));

    [Fact]
    public void The_corpus_has_the_same_key_derivation()
    {
        var master = new SrtpMasterKey(SrtpSuite.AesCm128HmacSha1Tag80, [.. SrtpCorpus.Bytes("kdf", "master_key"), .. SrtpCorpus.Bytes("kdf", "master_salt")]);
        Assert.Equal(SrtpCorpus.Bytes("kdf", "cipher_key"), KeyDerivation.Derive(master, KeyDerivation.RtpEncryption, 16));
        Assert.Equal(SrtpCorpus.Bytes("kdf", "auth_key_94"), KeyDerivation.Derive(master, KeyDerivation.RtpAuthentication, 94));
    }

    [Fact]
    public void A_counter_mode_packet_is_protected_as_libsrtp_does() =>
        AssertRtp(new CounterModeCipher(Rfc3711), SrtpCorpus.Bytes("srtp_aes_cm_128_hmac_sha1_80", "plaintext"), SrtpCorpus.Bytes("srtp_aes_cm_128_hmac_sha1_80", "ciphertext"));

    [Fact]
    public void A_counter_mode_rtcp_packet_is_protected_as_libsrtp_does()
    {
        using var cipher = new CounterModeCipher(Rfc3711);
        var expected = SrtpCorpus.Bytes("srtcp_aes_cm_128_hmac_sha1_80", "ciphertext");
        var plain = SrtpCorpus.Bytes("srtcp_aes_cm_128_hmac_sha1_80", "plaintext");
        byte[] packet = [.. plain, .. new byte[cipher.RtcpTrailerLength]];
        cipher.ProtectRtcp(packet, 0xcafebabe, 1);
        Assert.Equal(expected, packet);
        Assert.Equal(1u, cipher.ReadRtcpIndex(packet));
        Assert.True(cipher.UnprotectRtcp(packet, 0xcafebabe, 1));
        Assert.Equal(plain, packet[..plain.Length]);
    }

    [Theory]
    [InlineData("srtp_aead_aes_128_gcm")]
    [InlineData("srtp_aead_aes_256_gcm")]
    public void Rfc_7714_section_16_Galois_mode(string section) =>
        AssertRtp(new GcmCipher(SrtpCorpus.Bytes(section, "key"), "Quid pro quo"u8), SrtpCorpus.Bytes(section, "packet"), SrtpCorpus.Bytes(section, "protected"));

    private static void AssertRtp(SrtpCipher cipher, byte[] plain, byte[] expected)
    {
        using (cipher)
        {
            byte[] packet = [.. plain, .. new byte[cipher.RtpTagLength]];
            var ssrc = BinaryPrimitives.ReadUInt32BigEndian(plain.AsSpan(8));
            var index = BinaryPrimitives.ReadUInt16BigEndian(plain.AsSpan(2));
            cipher.ProtectRtp(packet, 12, ssrc, index);
            Assert.Equal(expected, packet);
            Assert.False(cipher.UnprotectRtp(packet, 12, ssrc, index + 0x1_0000UL));
            Assert.Equal(expected, packet);
            Assert.True(cipher.UnprotectRtp(packet, 12, ssrc, index));
            Assert.Equal(plain, packet[..plain.Length]);
        }
    }
}
