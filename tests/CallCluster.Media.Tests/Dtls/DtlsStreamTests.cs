using System.Net;
using CallCluster.Media.Dtls;
using CallCluster.Media.Engine;
using CallCluster.Media.Rtp;
using CallCluster.Media.Tests.Engine;

namespace CallCluster.Media.Tests.Dtls;

/// <summary>Two streams of the engine make keys with each other; what strangers and noise can do meanwhile.</summary>
public sealed class DtlsStreamTests : EngineTest
{
    private static readonly byte[] HalfAHello = [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly DtlsFingerprint Another = new("sha-256", new string('A', 64));

    [Fact]
    public void Audio_passes_both_ways_over_a_handshake_of_the_engine_with_itself()
    {
        using var alice = Peer(1);
        using var bob = Peer(2);
        var (a, x) = (Open(alice), Engine.Open(this));
        var (b, y) = (Open(bob), Engine.Open(this));
        a.Bridge(x);
        b.Bridge(y);
        Configure(y, x, DtlsRole.Server);
        Configure(x, y, DtlsRole.Client);
        WaitForHandshakes(2);
        Exchange(alice, a, bob, b);
        Assert.Equal(0, Engine.Totals().Dropped.Sum());
    }

    [Fact]
    public void Nothing_is_heard_or_sent_before_the_keys()
    {
        using var alice = Peer(1);
        using var bob = Peer(2);
        var (a, x) = (Open(alice), OpenWaiting(bob));
        a.Bridge(x);
        Settle(a, x);
        alice.SendAudio(a.LocalPort);
        bob.SendAudio(x.LocalPort);
        WaitForDropped(RtpDropReason.Unkeyed, 2);
        Assert.False(alice.HasPacket || bob.HasPacket);
    }

    [Fact]
    public void A_certificate_that_was_not_announced_makes_no_keys()
    {
        var (x, y) = (Engine.Open(this), Engine.Open(this));
        Configure(y, x, DtlsRole.Server, Another);
        Configure(x, y, DtlsRole.Client);
        string[] told = [NextTold(), NextTold()];
        Assert.Contains("insecure Fingerprint", told);
        Assert.Contains("insecure Alert", told);
        Assert.Equal((1, 1), (Engine.Totals().Handshakes[(int)DtlsFailure.Fingerprint], Engine.Totals().Handshakes[(int)DtlsFailure.Alert]));
    }

    [Fact]
    public void A_peer_that_never_begins_costs_the_leg_after_the_timeout_and_no_thread_before()
    {
        using var bob = Peer(2);
        var x = OpenWaiting(bob);
        Settle(x);
        Advance(14_999);
        AssertNothingTold();
        Advance(1);
        Assert.Equal("insecure Timeout", NextTold());
    }

    [Fact]
    public void Noise_before_during_and_after_the_handshake_changes_nothing()
    {
        using var alice = Peer(1);
        using var bob = Peer(2);
        using var mallory = Peer(3);
        var random = new Random(1);
        var (a, x) = (Open(alice), Engine.Open(this));
        var (b, y) = (Open(bob), Engine.Open(this));
        a.Bridge(x);
        b.Bridge(y);
        Configure(y, x, DtlsRole.Server, mayLatch: false);
        Settle(y);
        // A stranger's ClientHello is not looked at: the signalled address is x's.
        mallory.Send(y.LocalPort, HalfAHello);
        WaitForDropped(RtpDropReason.Foreign, 1);
        Noise(x, y);
        Configure(x, y, DtlsRole.Client);
        Noise(x, y);
        WaitForHandshakes(2);
        Exchange(alice, a, bob, b);
        Noise(x, y);
        Exchange(alice, a, bob, b);
        AssertNothingTold();
        Assert.Equal(0, Engine.Totals().Faults);

        // From the peer's own port, through its engine's socket: records of every kind, of this epoch and others, with nothing right in them.
        void Noise(MediaStream from, MediaStream to)
        {
            for (var i = 0; i < 200; i++)
            {
                var datagram = new byte[random.Next(1, 200)];
                random.NextBytes(datagram);
                datagram[0] = (byte)random.Next(20, 64);
                if (i % 2 == 0 && datagram.Length > 13)
                    ((ReadOnlySpan<byte>)[0xFE, 0xFD, 0, (byte)(i / 2 % 3), 0, 0, 0, 0, 0, (byte)i, 0, (byte)(datagram.Length - 13)]).CopyTo(datagram.AsSpan(1));
                // An alert in the clear could end a handshake: that takes the peer's address, so it is not noise.
                if (datagram[0] == 21)
                    datagram[0] = 23;
                from.RtpSocket.Socket.SendTo(datagram, new IPEndPoint(IPAddress.Loopback, to.LocalPort));
            }
        }
    }

    [Fact]
    public void The_signalled_address_takes_the_handshake_from_whoever_began_it()
    {
        using var alice = Peer(1);
        using var bob = Peer(2);
        using var mallory = Peer(3);
        var (a, x) = (Open(alice), Engine.Open(this));
        var (b, y) = (Open(bob), Engine.Open(this));
        a.Bridge(x);
        b.Bridge(y);
        Configure(y, x, DtlsRole.Server);
        Settle(y);
        mallory.Send(y.LocalPort, HalfAHello);
        mallory.SendAudio(y.LocalPort);
        WaitForDropped(RtpDropReason.Unkeyed, 1); // and so the datagram before has been taken
        Configure(x, y, DtlsRole.Client);
        WaitForHandshakes(2);
        Exchange(alice, a, bob, b);
        Assert.False(mallory.HasPacket);
    }

    [Fact]
    public void A_reoffer_with_the_same_certificate_goes_on_and_one_with_another_makes_new_keys()
    {
        using var alice = Peer(1);
        using var bob = Peer(2);
        var (a, x) = (Open(alice), Engine.Open(this));
        var (b, y) = (Open(bob), Engine.Open(this));
        a.Bridge(x);
        b.Bridge(y);
        Configure(y, x, DtlsRole.Server);
        Configure(x, y, DtlsRole.Client);
        WaitForHandshakes(2);
        Exchange(alice, a, bob, b);
        Configure(x, y, DtlsRole.Client);
        Exchange(alice, a, bob, b);
        Assert.Equal(2, Engine.Totals().Handshakes[(int)DtlsFailure.None]);
        // The roles change: a new association.
        Configure(x, y, DtlsRole.Server);
        Configure(y, x, DtlsRole.Client);
        WaitForHandshakes(4);
        Exchange(alice, a, bob, b);
    }

    private void Configure(MediaStream stream, MediaStream with, DtlsRole role, DtlsFingerprint? fingerprint = null, bool mayLatch = true) => stream.Configure(new MediaStreamParameters
    {
        Remote = new IPEndPoint(IPAddress.Loopback, with.LocalPort),
        AllowLatch = mayLatch,
        RtcpMux = true,
        Dtls = new DtlsParameters(role, [fingerprint ?? Engine.Fingerprint]),
    });

    private MediaStream OpenWaiting(RtpPeer peer) => Open(peer, p => p with { RtcpMux = true, Dtls = new DtlsParameters(DtlsRole.Server, [Another]) });

    private void WaitForHandshakes(int count) => WaitFor(() => Engine.Totals().Handshakes[(int)DtlsFailure.None] == count, $"{count} handshakes are done");

    private static void Exchange(RtpPeer alice, MediaStream a, RtpPeer bob, MediaStream b)
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
