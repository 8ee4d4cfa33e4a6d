using CallCluster.Media.Srtp;
using Org.BouncyCastle.Tls;

namespace CallCluster.Media.Dtls;

/// <summary>The protection profiles of use_srtp (RFC 5764 section 4.1.2, RFC 7714 section 14.2) and the suites that they are, best first.</summary>
internal static class SrtpProfiles
{
    private static readonly (int Profile, SrtpSuite Suite)[] Known =
    [
        (SrtpProtectionProfile.SRTP_AEAD_AES_256_GCM, SrtpSuite.AeadAes256Gcm),
        (SrtpProtectionProfile.SRTP_AEAD_AES_128_GCM, SrtpSuite.AeadAes128Gcm),
        (SrtpProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80, SrtpSuite.AesCm128HmacSha1Tag80),
        (SrtpProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_32, SrtpSuite.AesCm128HmacSha1Tag32),
    ];

    /// <summary>What a ClientHello of ours offers.</summary>
    public static int[] All { get; } = [.. Known.Select(known => known.Profile)];

    /// <summary>The best of those that a client offers.</summary>
    /// <exception cref="DtlsRefusedException">None is known.</exception>
    public static int Choose(UseSrtpData? offered)
    {
        foreach (var (profile, _) in Known)
        {
            if (offered?.ProtectionProfiles.Contains(profile) == true)
                return profile;
        }
        throw new DtlsRefusedException(AlertDescription.handshake_failure, DtlsFailure.Profile);
    }

    /// <summary>The one that a server chose.</summary>
    /// <exception cref="DtlsRefusedException">It chose none, several, or one that was not offered; or an MKI, which was not offered either.</exception>
    public static int Accept(UseSrtpData? chosen) =>
        chosen is { ProtectionProfiles: [var profile], Mki.Length: 0 } && All.Contains(profile) ? profile : throw new DtlsRefusedException(AlertDescription.illegal_parameter, DtlsFailure.Profile);

    /// <summary>RFC 5764 section 4.2: client key, server key, client salt, server salt.</summary>
    public static SrtpKeys ExportKeys(TlsContext context, int profile)
    {
        var suite = Array.Find(Known, known => known.Profile == profile).Suite;
        int key = suite.KeyLength(), salt = suite.SaltLength();
        var material = context.ExportKeyingMaterial(ExporterLabel.dtls_srtp, null, 2 * (key + salt));
        var client = new SrtpMasterKey(suite, [.. material.AsSpan(0, key), .. material.AsSpan(2 * key, salt)]);
        var server = new SrtpMasterKey(suite, [.. material.AsSpan(key, key), .. material.AsSpan(2 * key + salt, salt)]);
        Array.Clear(material);
        return context.IsServer ? new SrtpKeys(server, client) : new SrtpKeys(client, server);
    }
}
