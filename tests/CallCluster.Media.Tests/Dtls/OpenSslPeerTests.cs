using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.Media.Dtls;
using CallCluster.Media.Engine;
using CallCluster.Media.Srtp;
using CallCluster.Media.Tests.Engine;

namespace CallCluster.Media.Tests.Dtls;

/// <summary>Handshakes with OpenSSL on the other side, in both roles; the keys are the same when SRTP made with those that OpenSSL exports is heard.</summary>
public sealed class OpenSslPeerTests : EngineTest
{
    [Theory]
    [InlineData("SRTP_AES128_CM_SHA1_80", SrtpSuite.AesCm128HmacSha1Tag80)]
    [InlineData("SRTP_AES128_CM_SHA1_32", SrtpSuite.AesCm128HmacSha1Tag32)]
    [InlineData("SRTP_AEAD_AES_128_GCM", SrtpSuite.AeadAes128Gcm)]
    [InlineData("SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80", SrtpSuite.AeadAes256Gcm)]
    public void As_client_it_gets_the_same_keys(string profiles, SrtpSuite suite) => Agree("s_client", profiles, suite, rsa: false);

    [Theory]
    [InlineData("SRTP_AES128_CM_SHA1_80", SrtpSuite.AesCm128HmacSha1Tag80, false)]
    [InlineData("SRTP_AEAD_AES_256_GCM", SrtpSuite.AeadAes256Gcm, true)]
    public void As_server_it_gets_the_same_keys(string profiles, SrtpSuite suite, bool rsa) => Agree("s_server", profiles, suite, rsa);

    [Fact]
    public void A_client_with_an_RSA_certificate_is_taken() => Agree("s_client", "SRTP_AES128_CM_SHA1_80", SrtpSuite.AesCm128HmacSha1Tag80, rsa: true);

    [Theory]
    [InlineData("sha-384", false)]
    [InlineData("sha-512", false)]
    [InlineData("sha-512", true)]
    public void A_certificate_is_told_by_stronger_hashes_too(string hash, bool ofAnother)
    {
        using var certificate = OpenSslPeer.MakeCertificate(rsa: false);
        using var other = OpenSslPeer.MakeCertificate(rsa: false);
        var told = (ofAnother ? other : certificate).RawData;
        var port = FreePorts.One();
        var stream = Open(port, DtlsRole.Server, new DtlsFingerprint(hash, Convert.ToHexString(hash == "sha-384" ? SHA384.HashData(told) : SHA512.HashData(told))));
        using var openssl = OpenSslPeer.Start(certificate, "s_client", ["-connect", $"127.0.0.1:{stream.LocalPort}", "-bind", $"127.0.0.1:{port}", "-use_srtp", "SRTP_AES128_CM_SHA1_80"]);
        if (ofAnother)
            Assert.Equal("insecure Fingerprint", NextTold());
        else
            WaitFor(() => Engine.Totals().Handshakes[(int)DtlsFailure.None] == 1, "the handshake is done");
    }

    [Fact]
    public void A_client_without_use_srtp_is_refused()
    {
        using var certificate = OpenSslPeer.MakeCertificate(rsa: false);
        var port = FreePorts.One();
        var stream = Open(port, DtlsRole.Server, DtlsFingerprint.Of(certificate.RawData));
        using var openssl = OpenSslPeer.Start(certificate, "s_client", ["-connect", $"127.0.0.1:{stream.LocalPort}", "-bind", $"127.0.0.1:{port}"]);
        openssl.WaitFor("alert handshake failure");
        WaitFor(() => Engine.Handshakes.Running == 0, "the attempt is over");
        Advance(15_000);
        Assert.Equal("insecure Profile", NextTold());
    }

    [Fact]
    public void A_client_without_certificate_is_refused()
    {
        using var certificate = OpenSslPeer.MakeCertificate(rsa: false);
        var port = FreePorts.One();
        var stream = Open(port, DtlsRole.Server, DtlsFingerprint.Of(certificate.RawData));
        using var openssl = OpenSslPeer.Start(null, "s_client", ["-connect", $"127.0.0.1:{stream.LocalPort}", "-bind", $"127.0.0.1:{port}", "-use_srtp", "SRTP_AES128_CM_SHA1_80"]);
        Assert.Equal("insecure Fingerprint", NextTold());
    }

    private void Agree(string role, string profiles, SrtpSuite suite, bool rsa)
    {
        using var certificate = OpenSslPeer.MakeCertificate(rsa);
        var port = FreePorts.One();
        int key = suite.KeyLength(), salt = suite.SaltLength();
        string[] common = ["-use_srtp", profiles, "-keymatexport", "EXTRACTOR-dtls_srtp", "-keymatexportlen", $"{2 * (key + salt)}"];
        MediaStream stream;
        byte[] material;
        if (role == "s_client")
        {
            stream = Open(port, DtlsRole.Server, DtlsFingerprint.Of(certificate.RawData));
            using var openssl = OpenSslPeer.Start(certificate, role, ["-connect", $"127.0.0.1:{stream.LocalPort}", "-bind", $"127.0.0.1:{port}", .. common]);
            material = openssl.KeyingMaterial();
        }
        else
        {
            using var openssl = OpenSslPeer.Start(certificate, role, ["-accept", $"127.0.0.1:{port}", "-Verify", "1", .. common]);
            openssl.WaitFor("ACCEPT");
            stream = Open(port, DtlsRole.Client, DtlsFingerprint.Of(certificate.RawData));
            material = openssl.KeyingMaterial();
        }
        WaitFor(() => Engine.Totals().Handshakes[(int)DtlsFailure.None] == 1, "the handshake is done");

        var client = new SrtpMasterKey(suite, [.. material[..key], .. material[(2 * key)..(2 * key + salt)]]);
        var server = new SrtpMasterKey(suite, [.. material[key..(2 * key)], .. material[(2 * key + salt)..]]);
        using var phone = new RtpPeer(port: port);
        using var peer = role == "s_client" ? new SecurePeer(phone, client, server) : new SecurePeer(phone, server, client);
        using var bob = Peer(2);
        var b = Open(bob);
        stream.Bridge(b);
        Settle(stream, b);
        Assert.Equal(peer.Send(stream.LocalPort, 1), bob.Receive().Payload);
        var sent = bob.SendAudio(b.LocalPort);
        Assert.Equal(sent.Payload, peer.Receive().Payload);
    }

    private MediaStream Open(int port, DtlsRole role, DtlsFingerprint fingerprint)
    {
        var stream = Engine.Open(this);
        stream.Configure(new MediaStreamParameters { Remote = new IPEndPoint(IPAddress.Loopback, port), RtcpMux = true, Dtls = new DtlsParameters(role, [fingerprint]) });
        Settle(stream);
        return stream;
    }
}
