using System.Net;
using CallCluster.Media.Engine;
using CallCluster.Media.Prompts;
using CallCluster.Media.Rtp;
using CallCluster.Media.Srtp;
using CallCluster.Media.Tests.Srtp;

namespace CallCluster.Media.Tests.Engine;

/// <summary>SRTP on one leg of a bridge, RTP on the other; what foreigners and forgers reach (facts/attacks.md rows 1 and 3).</summary>
public sealed class SecureRelayTests : EngineTest
{
    private static readonly SrtpMasterKey AliceKey = SrtpKeysInTests.Key(1);
    private static readonly SrtpMasterKey OurKey = SrtpKeysInTests.Key(2);

    [Theory]
    [InlineData(SrtpSuite.AesCm128HmacSha1Tag80)]
    [InlineData(SrtpSuite.AesCm128HmacSha1Tag32)]
    [InlineData(SrtpSuite.AeadAes128Gcm)]
    public void Audio_passes_both_ways_between_an_encrypted_and_a_plain_leg(SrtpSuite suite)
    {
        var keys = new SrtpKeys(SrtpKeysInTests.Key(2, suite), SrtpKeysInTests.Key(1, suite));
        using var alice = new SecurePeer(Peer(1), keys.Receive, keys.Send);
        using var bob = Peer(2);
        var (a, b) = (Open(alice.Peer, p => p with { Srtp = keys }), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        for (var i = 0; i < 20; i++)
        {
            var payload = alice.Send(a.LocalPort, (ushort)i);
            Assert.Equal(payload, bob.Receive().Payload);
            var sent = bob.SendAudio(b.LocalPort);
            Assert.Equal(sent.Payload, alice.Receive().Payload);
        }
        Assert.Equal(0, Engine.Totals().Dropped.Sum());
    }

    [Fact]
    public void A_flood_of_bad_tags_neither_ends_the_call_nor_touches_its_audio()
    {
        using var alice = new SecurePeer(Peer(1), AliceKey, OurKey);
        using var bob = Peer(2);
        var (a, b) = (Open(alice.Peer, p => p with { Srtp = new SrtpKeys(OurKey, AliceKey) }), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        alice.Send(a.LocalPort, 1000);
        bob.Receive();
        var forged = new RtpPacket(0, 1024, 0, 1, new byte[170]).ToBytes();
        for (var i = 1; i <= 20_000; i++)
        {
            // Spoofed from the peer's own address, at sequence numbers that would be next.
            forged[3] = (byte)i;
            alice.Peer.Send(a.LocalPort, forged);
            if (i % 100 == 0)
                WaitForDropped(RtpDropReason.Authentication, i);
        }
        var payload = alice.Send(a.LocalPort, 1001);
        Assert.Equal(payload, bob.Receive().Payload);
        Assert.False(bob.HasPacket);
        Assert.Equal(0, Engine.Totals().Faults);
    }

    [Fact]
    public void The_latch_is_not_moved_by_packets_that_do_not_authenticate()
    {
        using var alice = new SecurePeer(Peer(1), AliceKey, OurKey);
        using var attacker = Peer(1);
        using var bob = Peer(2);
        var a = Open(alice.Peer, p => p with { Remote = new IPEndPoint(IPAddress.Parse("127.0.0.99"), 9), Srtp = new SrtpKeys(OurKey, AliceKey) });
        var b = Open(bob);
        a.Bridge(b);
        Settle(a, b);
        for (var i = 0; i < 50; i++)
            attacker.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Authentication, 50);
        for (ushort i = 0; i < 5; i++)
            alice.Send(a.LocalPort, i);
        bob.Receive();
        for (var i = 0; i < 50; i++)
            attacker.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Foreign, 50);
        var sent = bob.SendAudio(b.LocalPort);
        Assert.Equal(sent.Payload, alice.Receive().Payload);
        Assert.False(attacker.HasPacket);
    }

    [Fact]
    public void Recorded_packets_played_again_are_not_heard()
    {
        using var alice = new SecurePeer(Peer(1), AliceKey, OurKey);
        using var bob = Peer(2);
        var (a, b) = (Open(alice.Peer, p => p with { Srtp = new SrtpKeys(OurKey, AliceKey) }), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        alice.Send(a.LocalPort, 1);
        bob.Receive();
        for (var i = 0; i < 10; i++)
            alice.SendAgain(a.LocalPort);
        WaitForDropped(RtpDropReason.Replay, 10);
        Assert.False(bob.HasPacket);
    }

    [Fact]
    public void Plain_rtp_on_an_encrypted_leg_is_not_heard()
    {
        using var alice = Peer(1);
        using var bob = Peer(2);
        var (a, b) = (Open(alice, p => p with { Srtp = new SrtpKeys(OurKey, AliceKey) }), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        for (var i = 0; i < 10; i++)
            alice.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Authentication, 10);
        Assert.False(bob.HasPacket);
    }

    [Fact]
    public void A_repeated_sequence_number_of_the_plain_leg_is_not_encrypted_twice()
    {
        using var alice = new SecurePeer(Peer(1), AliceKey, OurKey);
        using var bob = Peer(2);
        var (a, b) = (Open(alice.Peer, p => p with { Srtp = new SrtpKeys(OurKey, AliceKey) }), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        bob.Send(b.LocalPort, new RtpPacket(0, 1, 160, 2, [1, 2, 3]));
        bob.Send(b.LocalPort, new RtpPacket(0, 1, 160, 2, [4, 5, 6]));
        bob.Send(b.LocalPort, new RtpPacket(0, 2, 320, 2, [7, 8, 9]));
        Assert.Equal([1, 2, 3], alice.Receive().Payload);
        Assert.Equal([7, 8, 9], alice.Receive().Payload);
        Assert.Equal(1, Engine.Totals().DroppedFor(RtpDropReason.Replay));
    }

    [Fact]
    public void Audio_goes_on_through_a_rekey_and_through_a_reoffer_that_keeps_the_keys()
    {
        using var alice = new SecurePeer(Peer(1), AliceKey, OurKey);
        using var renewed = new SecurePeer(alice.Peer, SrtpKeysInTests.Key(3), SrtpKeysInTests.Key(4));
        using var bob = Peer(2);
        var parameters = new MediaStreamParameters { Remote = alice.Peer.Address, Srtp = new SrtpKeys(OurKey, AliceKey) };
        var (a, b) = (Open(alice.Peer, _ => parameters), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        Talk(alice, 10);
        a.Configure(parameters with { Srtp = new SrtpKeys(OurKey, AliceKey) });
        Settle(a);
        alice.SendAgain(a.LocalPort);
        WaitForDropped(RtpDropReason.Replay, 1);
        Talk(alice, 11);
        a.Configure(parameters with { Srtp = new SrtpKeys(SrtpKeysInTests.Key(4), SrtpKeysInTests.Key(3)) });
        Settle(a);
        Assert.Equal(alice.Send(a.LocalPort, 12), bob.Receive().Payload);
        Talk(renewed, 13);
        alice.Send(a.LocalPort, 14);
        WaitForDropped(RtpDropReason.Authentication, 1);
        Assert.False(bob.HasPacket);

        void Talk(SecurePeer peer, ushort sequence)
        {
            Assert.Equal(peer.Send(a.LocalPort, sequence), bob.Receive().Payload);
            var sent = bob.SendAudio(b.LocalPort);
            Assert.Equal(sent.Payload, peer.Receive().Payload);
        }
    }

    [Fact]
    public void Prompts_and_reports_go_out_encrypted_and_forged_reports_are_dropped()
    {
        using var alice = new SecurePeer(Peer(1), AliceKey, OurKey);
        var a = Open(alice.Peer, p => p with { Srtp = new SrtpKeys(OurKey, AliceKey) });
        a.Play([Tones.Beep]);
        Assert.Equal(160, alice.Receive().Payload.Length);
        alice.SendReport(a.LocalPort + 1);
        alice.Peer.SendRtcp(a.LocalPort + 1, [0x80, 201, 0, 1, 0, 0, 0, 1]);
        WaitForDropped(RtpDropReason.Rtcp, 1);
        Advance(20_000);
        Assert.Equal(200, alice.ReceiveReport()[1]);
        Assert.Equal(1, Engine.Totals().Dropped.Sum());
    }
}
