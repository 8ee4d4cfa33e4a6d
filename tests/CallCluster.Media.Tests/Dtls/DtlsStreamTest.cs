using System.Net;
using CallCluster.Media.Dtls;
using CallCluster.Media.Engine;
using CallCluster.Media.Tests.Engine;

namespace CallCluster.Media.Tests.Dtls;

/// <summary>Streams of one engine that make keys with each other, each bridged to a phone's.</summary>
public abstract class DtlsStreamTest : EngineTest
{
    private protected static readonly DtlsFingerprint Another = new("sha-256", new string('A', 64));

    private protected void Configure(MediaStream stream, MediaStream with, DtlsRole role, DtlsFingerprint? fingerprint = null, bool mayLatch = true, string? id = null, bool isAnotherPeer = false) =>
        Configure(stream, with.LocalPort, role, fingerprint, mayLatch, id, isAnotherPeer);

    private protected void Configure(MediaStream stream, int port, DtlsRole role, DtlsFingerprint? fingerprint = null, bool mayLatch = true, string? id = null, bool isAnotherPeer = false) => stream.Configure(new MediaStreamParameters
    {
        Remote = new IPEndPoint(IPAddress.Loopback, port),
        AllowLatch = mayLatch,
        RtcpMux = true,
        Dtls = new DtlsParameters(role, [fingerprint ?? Engine.Fingerprint], id),
        IsAnotherPeer = isAnotherPeer,
    });

    /// <summary>A phone, its stream, and what that is bridged to: nothing agreed yet.</summary>
    private protected (RtpPeer Phone, MediaStream Plain, MediaStream Secure) Leg(uint ssrc)
    {
        var phone = Peer(ssrc);
        var (plain, secure) = (Open(phone), Engine.Open(this));
        plain.Bridge(secure);
        return (phone, plain, secure);
    }

    private protected void WaitForHandshakes(int count) => WaitFor(() => Engine.Totals().Handshakes[(int)DtlsFailure.None] == count, $"{count} handshakes are done");

    private protected static void Exchange(RtpPeer alice, MediaStream a, RtpPeer bob, MediaStream b)
    {
        Settle(a, b);
        for (var i = 0; i < 5; i++)
        {
            var sent = alice.SendAudio(a.LocalPort);
            Assert.Equal(sent.Payload, bob.Receive().Payload);
            sent = bob.SendAudio(b.LocalPort);
            Assert.Equal(sent.Payload, alice.Receive().Payload);
        }
    }
}
