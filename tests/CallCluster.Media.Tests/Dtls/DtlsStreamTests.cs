using System.Net;
using CallCluster.Media.Dtls;
using CallCluster.Media.Engine;
using CallCluster.Media.Rtp;
using CallCluster.Media.Tests.Engine;

namespace CallCluster.Media.Tests.Dtls;

/// <summary>Two streams of the engine make keys with each other; what strangers and noise can do meanwhile.</summary>
public sealed class DtlsStreamTests : EngineTest
{
    private static readonly byte[] HalfAHello = [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 14, 1, 0, 0, 80, 0, 0, 0, 0, 0, 0, 0, 2, 0xFE, 0xFD];
    private static readonly DtlsFingerprint Another = new("sha-256", new string('A', 64));

    [Fact]
    public void Audio_passes_both_ways_over_a_handshake_of_the_engine_with_itself()
    {
        var ((alice, a, x), (bob, b, y)) = (Leg(1), Leg(2));
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
        Assert.Equal("insecure Fingerprint", NextTold());
        Assert.Equal(1, Engine.Totals().Handshakes[(int)DtlsFailure.Fingerprint]);
        // An alert in the clear can be forged, so its receiver waits until time is up.
        Settle(x);
        AssertNothingTold();
        Advance(15_000);
        Assert.Contains(NextTold(), (string[])["insecure Alert", "insecure Timeout"]); // whichever the test's clock let come first
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
    public void A_leg_that_ends_during_its_handshake_leaves_no_thread_behind()
    {
        using var bob = Peer(2);
        var x = Open(bob, p => p with { RtcpMux = true, Dtls = new DtlsParameters(DtlsRole.Client, [Another]) });
        bob.Rtp.Receive(new byte[1500]); // the ClientHello, which bob does not answer
        Assert.Equal(1, Engine.Handshakes.Running);
        x.Dispose();
        WaitFor(() => Engine.Handshakes.Running == 0, "the thread has ended");
        AssertNothingTold();
    }

    [Fact]
    public void A_handshake_whose_flights_are_lost_is_repeated_until_it_is_done()
    {
        using var relay = new LosingRelay();
        var ((alice, a, x), (bob, b, y)) = (Leg(1), Leg(2));
        relay.Between(x.LocalPort, y.LocalPort);
        Configure(y, relay.Right, DtlsRole.Server);
        Configure(x, relay.Left, DtlsRole.Client);
        WaitForHandshakes(2);
        Assert.True(relay.Lost >= 4, $"only {relay.Lost} were lost");
        Exchange(alice, a, bob, b);
    }

    [Fact]
    public void Noise_before_during_and_after_the_handshake_changes_nothing()
    {
        using var mallory = Peer(3);
        var random = new Random(1);
        var ((alice, a, x), (bob, b, y)) = (Leg(1), Leg(2));
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
        using var mallory = Peer(3);
        var ((alice, a, x), (bob, b, y)) = (Leg(1), Leg(2));
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
    public void Half_a_ClientHello_from_the_peers_own_address_holds_the_handshake_up_for_a_second_only()
    {
        var (x, y) = (Engine.Open(this), Engine.Open(this));
        Configure(y, x, DtlsRole.Server);
        Settle(y);
        x.RtpSocket.Socket.SendTo(HalfAHello, new IPEndPoint(IPAddress.Loopback, y.LocalPort));
        WaitFor(() => Engine.Handshakes.Running == 1, "the server waits for the rest");
        Configure(x, y, DtlsRole.Client);
        Settle(x);
        Advance(1001);
        WaitForHandshakes(2);
    }

    [Fact]
    public void A_reoffer_with_the_same_certificate_goes_on_and_one_with_another_makes_new_keys()
    {
        var ((alice, a, x), (bob, b, y)) = (Leg(1), Leg(2));
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

    private void Configure(MediaStream stream, MediaStream with, DtlsRole role, DtlsFingerprint? fingerprint = null, bool mayLatch = true) =>
        Configure(stream, with.LocalPort, role, fingerprint, mayLatch);

    private void Configure(MediaStream stream, int port, DtlsRole role, DtlsFingerprint? fingerprint = null, bool mayLatch = true) => stream.Configure(new MediaStreamParameters
    {
        Remote = new IPEndPoint(IPAddress.Loopback, port),
        AllowLatch = mayLatch,
        RtcpMux = true,
        Dtls = new DtlsParameters(role, [fingerprint ?? Engine.Fingerprint]),
    });

    /// <summary>A phone, its stream, and what that is bridged to: nothing agreed yet.</summary>
    private (RtpPeer Phone, MediaStream Plain, MediaStream Secure) Leg(uint ssrc)
    {
        var phone = Peer(ssrc);
        var (plain, secure) = (Open(phone), Engine.Open(this));
        plain.Bridge(secure);
        return (phone, plain, secure);
    }

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
