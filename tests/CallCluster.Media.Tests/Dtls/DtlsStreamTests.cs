using CallCluster.Media.Dtls;
using CallCluster.Media.Engine;
using CallCluster.Media.Rtp;
using CallCluster.Media.Tests.Engine;

namespace CallCluster.Media.Tests.Dtls;

/// <summary>Two streams of the engine make keys with each other, also again and over a bad network.</summary>
public sealed class DtlsStreamTests : DtlsStreamTest
{
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
        // Each names another association.
        Configure(y, x, DtlsRole.Server, id: "second");
        Configure(x, y, DtlsRole.Client, id: "second");
        WaitForHandshakes(4);
        Exchange(alice, a, bob, b);
        // The roles change: a new association.
        Configure(x, y, DtlsRole.Server);
        Configure(y, x, DtlsRole.Client);
        WaitForHandshakes(6);
        Exchange(alice, a, bob, b);
    }

    [Fact]
    public void Another_peer_with_the_same_certificate_makes_keys_of_its_own_and_the_one_before_hears_and_says_no_more()
    {
        var ((alice, a, x), (bob, b, y), (carol, c, z)) = (Leg(1), Leg(2), Leg(3));
        Configure(y, x, DtlsRole.Server);
        Configure(x, y, DtlsRole.Client);
        WaitForHandshakes(2);
        Exchange(alice, a, bob, b);
        Configure(y, z, DtlsRole.Server, isAnotherPeer: true);
        Settle(y);
        alice.SendAudio(a.LocalPort);
        bob.SendAudio(b.LocalPort);
        WaitForDropped(RtpDropReason.Unkeyed, 2);
        Configure(z, y, DtlsRole.Client);
        WaitForHandshakes(4);
        Exchange(carol, c, bob, b);
        Assert.False(alice.HasPacket || bob.HasPacket);
    }

    private MediaStream OpenWaiting(RtpPeer peer) => Open(peer, p => p with { RtcpMux = true, Dtls = new DtlsParameters(DtlsRole.Server, [Another]) });
}
