using System.Net;
using CallCluster.Media.Engine;
using CallCluster.Media.Ice;
using CallCluster.Media.Rtp;
using CallCluster.Media.Srtp;
using CallCluster.Media.Tests.Engine;
using CallCluster.Media.Tests.Srtp;

namespace CallCluster.Media.Tests.Ice;

/// <summary>Whose packets a stream with ICE takes, and where it sends.</summary>
public sealed class IceStreamTests : EngineTest
{
    private static readonly IceParameters Ice = new("ours", "our-password-of-22-chars", "theirs");

    [Fact]
    public void Audio_passes_with_whom_a_check_has_proved_and_with_nobody_else()
    {
        using var alice = Peer(1);
        using var bob = Peer(2);
        using var mallory = Peer(3);
        var (a, b) = (OpenIce(Ice), Open(bob));
        a.Bridge(b);
        Settle(a, b);

        for (var i = 0; i < 10; i++)
            mallory.SendAudio(a.LocalPort);
        mallory.Send(a.LocalPort, IceChecker.Check(Ice, nominate: true, password: "guessed-wrongly-22-char"));
        bob.SendAudio(b.LocalPort); // nowhere to go yet
        WaitForDropped(RtpDropReason.Check, 1);
        Assert.False(mallory.HasPacket);

        IceChecker.Succeed(alice, a.LocalPort, Ice, nominate: true);
        var sent = alice.SendAudio(a.LocalPort);
        Assert.Equal(sent.Payload, bob.Receive().Payload);
        sent = bob.SendAudio(b.LocalPort);
        Assert.Equal(sent.Payload, alice.Receive().Payload);
        mallory.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Probation, 10);
        WaitForDropped(RtpDropReason.Foreign, 1);
        Assert.False(bob.HasPacket || mallory.HasPacket);
        Assert.Equal(1, Engine.Totals().ChecksAnswered);
    }

    [Fact]
    public void The_nominated_way_is_taken_and_a_new_nomination_moves_it()
    {
        using var wifi = Peer(1);
        using var mobile = Peer(1);
        using var bob = Peer(2);
        var (a, b) = (OpenIce(Ice), Open(bob));
        a.Bridge(b);
        IceChecker.Succeed(wifi, a.LocalPort, Ice, nominate: false);
        bob.SendAudio(b.LocalPort);
        wifi.Receive(); // the first that works
        IceChecker.Succeed(mobile, a.LocalPort, Ice, nominate: true);
        bob.SendAudio(b.LocalPort);
        mobile.Receive();
        IceChecker.Succeed(wifi, a.LocalPort, Ice, nominate: false); // consent for another way changes nothing
        bob.SendAudio(b.LocalPort);
        mobile.Receive();
        Assert.False(wifi.HasPacket);
    }

    [Fact]
    public void A_peer_that_nominates_every_way_is_heard_by_all_and_answered_by_the_best()
    {
        using var best = Secure();
        using var other = Secure();
        using var bob = Peer(2);
        var (a, b) = OpenSecure(bob);
        IceChecker.Succeed(best.Peer, a.LocalPort, Ice, nominate: true, priority: 200);
        IceChecker.Succeed(other.Peer, a.LocalPort, Ice, nominate: true, priority: 100);
        Assert.Equal(best.Send(a.LocalPort, 1), bob.Receive().Payload);
        Assert.Equal(other.Send(a.LocalPort, 2), bob.Receive().Payload);
        bob.SendAudio(b.LocalPort);
        best.Receive();
        Assert.False(other.Peer.HasPacket);
        // The best way is lost.
        Advance(3000);
        Settle(a);
        IceChecker.Succeed(other.Peer, a.LocalPort, Ice, nominate: true, priority: 100);
        bob.SendAudio(b.LocalPort);
        Assert.Equal(160, other.Peer.Receive().Payload.Length - 10); // with its tag
    }

    [Fact]
    public void Once_there_are_keys_a_nomination_moves_the_media_with_the_first_packet_from_there()
    {
        using var wifi = Secure();
        using var mobile = Secure();
        using var bob = Peer(2);
        var (a, b) = OpenSecure(bob);
        IceChecker.Succeed(wifi.Peer, a.LocalPort, Ice, nominate: true);
        wifi.Send(a.LocalPort, 1);
        bob.Receive();
        IceChecker.Succeed(mobile.Peer, a.LocalPort, Ice, nominate: true);
        bob.SendAudio(b.LocalPort);
        wifi.Receive();
        wifi.SendAgain(a.LocalPort);
        mobile.Peer.Send(a.LocalPort, wifi.Last); // heard already, and so nobody's
        WaitForDropped(RtpDropReason.Replay, 2);
        bob.SendAudio(b.LocalPort);
        wifi.Receive();
        Assert.Equal(mobile.Send(a.LocalPort, 2), bob.Receive().Payload);
        bob.SendAudio(b.LocalPort);
        mobile.Peer.Receive();
        Assert.False(wifi.Peer.HasPacket);
    }

    [Fact]
    public void A_restart_keeps_the_way_until_a_check_under_the_new_credentials()
    {
        using var alice = Peer(1);
        using var moved = Peer(1);
        using var bob = Peer(2);
        var (a, b) = (OpenIce(Ice), Open(bob));
        a.Bridge(b);
        IceChecker.Succeed(alice, a.LocalPort, Ice, nominate: true);
        var fresh = new IceParameters("new", "a-new-password-of-22-chars", "theirs2");
        a.Configure(Parameters(fresh));
        Settle(a, b);
        moved.Send(a.LocalPort, IceChecker.Check(Ice, nominate: true));
        WaitForDropped(RtpDropReason.Check, 1);
        bob.SendAudio(b.LocalPort);
        alice.Receive();
        IceChecker.Succeed(moved, a.LocalPort, fresh, nominate: true);
        bob.SendAudio(b.LocalPort);
        moved.Receive();
    }

    [Fact]
    public void Stun_on_a_stream_without_ice_is_noise()
    {
        using var alice = Peer(1);
        var a = Open(alice);
        alice.Send(a.LocalPort, IceChecker.Check(Ice));
        WaitForDropped(RtpDropReason.Version, 1);
        Assert.False(alice.HasPacket);
    }

    private static MediaStreamParameters Parameters(IceParameters ice) => new() { Remote = new IPEndPoint(IPAddress.Any, 9), RtcpMux = true, Ice = ice };

    private SecurePeer Secure() => new(Peer(1), SrtpKeysInTests.Key(1), SrtpKeysInTests.Key(2));

    private (MediaStream Secure, MediaStream Plain) OpenSecure(RtpPeer bob)
    {
        var (a, b) = (Engine.Open(this), Open(bob));
        a.Configure(Parameters(Ice) with { Srtp = new SrtpKeys(SrtpKeysInTests.Key(2), SrtpKeysInTests.Key(1)) });
        a.Bridge(b);
        Settle(a, b);
        return (a, b);
    }

    private MediaStream OpenIce(IceParameters ice)
    {
        var stream = Engine.Open(this);
        stream.Configure(Parameters(ice));
        return stream;
    }
}
