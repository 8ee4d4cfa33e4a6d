using System.Net;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Rtp;

/// <summary>The inject and bleed rules of facts/attacks.md: the signalled address wins, another is believed once and only while that one is silent.</summary>
public sealed class SymmetricLatchTests
{
    private static readonly IPEndPoint Signalled = new(IPAddress.Parse("192.0.2.1"), 4000);
    private static readonly PeerAddress Expected = PeerAddress.From(Signalled);
    private static readonly PeerAddress Nat = PeerAddress.From(new(IPAddress.Parse("198.51.100.7"), 30_000));
    private static readonly PeerAddress Attacker = PeerAddress.From(new(IPAddress.Parse("203.0.113.66"), 666));

    private static SymmetricLatch Armed(bool allowed = true, string? only = null)
    {
        var latch = default(SymmetricLatch);
        latch.Arm(Signalled, allowed, only is null ? null : IPAddress.Parse(only));
        return latch;
    }

    private static int PacketsUntilLocked(ref SymmetricLatch latch, PeerAddress from, uint ssrc = 1, int limit = 100)
    {
        for (var i = 1; i <= limit; i++)
        {
            if (latch.TryLock(from, ssrc, (ushort)(65_533 + i)))
                return i;
        }
        return -1;
    }

    [Fact]
    public void The_signalled_address_is_the_peer_from_its_first_packet()
    {
        var latch = Armed();
        Assert.True(latch.TryLock(Expected, 1, 1));
        Assert.True(latch.IsPeer(Expected));
    }

    [Fact]
    public void After_the_signalled_address_was_heard_no_other_is_ever_believed()
    {
        var latch = Armed();
        latch.TryLock(Expected, 1, 1);
        Assert.Equal(-1, PacketsUntilLocked(ref latch, Attacker, limit: 10_000));
        Assert.Equal(Expected, latch.Target);
    }

    [Fact]
    public void Another_source_is_believed_after_five_packets_in_order_with_one_ssrc()
    {
        var latch = Armed();
        Assert.Equal(5, PacketsUntilLocked(ref latch, Nat));
        Assert.Equal(Nat, latch.Target);
    }

    [Fact]
    public void Nothing_is_sent_to_a_source_that_is_not_yet_believed()
    {
        var latch = Armed();
        Assert.Equal(-1, PacketsUntilLocked(ref latch, Attacker, limit: SymmetricLatch.Needed - 1));
        Assert.Equal(Expected, latch.Target);
    }

    [Fact]
    public void Changing_ssrc_or_sequence_that_does_not_rise_is_not_believed()
    {
        var latch = Armed();
        for (uint i = 0; i < 100; i++)
            Assert.False(latch.TryLock(Attacker, i, (ushort)i));
        for (var i = 0; i < 100; i++)
            Assert.False(latch.TryLock(Attacker, 1, 5));
    }

    [Fact]
    public void Two_sources_that_take_turns_are_not_believed()
    {
        var latch = Armed();
        for (ushort i = 0; i < 100; i++)
        {
            Assert.False(latch.TryLock(Attacker, 1, i));
            Assert.False(latch.TryLock(Nat, 2, i));
        }
    }

    [Fact]
    public void The_latch_closes_behind_the_first_source()
    {
        var latch = Armed();
        PacketsUntilLocked(ref latch, Nat);
        Assert.Equal(-1, PacketsUntilLocked(ref latch, Attacker));
        Assert.True(latch.IsPeer(Nat));
    }

    [Fact]
    public void The_signalled_address_wins_even_after_another_was_believed()
    {
        var latch = Armed();
        PacketsUntilLocked(ref latch, Attacker);
        Assert.True(latch.TryLock(Expected, 9, 9));
        Assert.False(latch.IsPeer(Attacker));
        Assert.Equal(-1, PacketsUntilLocked(ref latch, Attacker));
    }

    [Fact]
    public void A_new_configuration_arms_it_again()
    {
        var latch = Armed();
        latch.TryLock(Expected, 1, 1);
        latch.Arm(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 4002), true, null);
        Assert.False(latch.IsPeer(Expected));
        Assert.Equal(5, PacketsUntilLocked(ref latch, Nat));
    }

    [Fact]
    public void A_new_configuration_with_the_same_address_keeps_sending_to_the_known_source_and_takes_it_at_once()
    {
        var latch = Armed();
        PacketsUntilLocked(ref latch, Nat);
        latch.Arm(Signalled, true, null);
        Assert.Equal(Nat, latch.Target);
        Assert.True(latch.TryLock(Nat, 77, 1));
    }

    [Fact]
    public void The_stream_of_the_peer_before_another_took_its_place_is_not_taken_for_that_ones()
    {
        var latch = Armed();
        PacketsUntilLocked(ref latch, Nat);
        latch.LeavePeer(ssrc: 1);
        latch.Arm(Signalled, true, null);
        Assert.Equal(Expected, latch.Target);
        Assert.Equal(-1, PacketsUntilLocked(ref latch, Nat));
        // Neither a re-offer in the new dialog changes that, nor that the next peer, of whom nothing is heard, is replaced as well.
        latch.Arm(Signalled, true, null);
        latch.LeavePeer(ssrc: 1);
        latch.Arm(Signalled, true, null);
        Assert.Equal(-1, PacketsUntilLocked(ref latch, Nat));
        Assert.Equal(5, PacketsUntilLocked(ref latch, Nat with { Port = 30_002 }));
    }

    [Fact]
    public void A_peer_that_takes_its_own_place_in_a_new_dialog_is_heard_from_where_it_was()
    {
        var latch = Armed();
        PacketsUntilLocked(ref latch, Nat);
        latch.LeavePeer(ssrc: 1);
        latch.Arm(Signalled, true, null);
        Assert.Equal(5, PacketsUntilLocked(ref latch, Nat, ssrc: 2));
    }

    [Fact]
    public void The_peers_stream_is_followed_to_another_port_of_its_host_and_nowhere_else()
    {
        var latch = Armed();
        latch.TryLock(Expected, 1, 1);
        var moved = Expected with { Port = 4002 };
        Assert.All(Enumerable.Range(2, 50), sequence => Assert.False(latch.TryFollow(Attacker, 1, (ushort)sequence)));
        Assert.Equal([false, false, false, false, true], Enumerable.Range(2, 5).Select(sequence => latch.TryFollow(moved, 1, (ushort)sequence)));
        Assert.Equal(moved, latch.Target);

        var fixedLatch = Armed(allowed: false);
        fixedLatch.TryLock(Expected, 1, 1);
        Assert.All(Enumerable.Range(2, 50), sequence => Assert.False(fixedLatch.TryFollow(moved, 1, (ushort)sequence)));
    }

    [Fact]
    public void When_latching_is_not_allowed_only_the_signalled_address_counts()
    {
        var latch = Armed(allowed: false);
        Assert.Equal(-1, PacketsUntilLocked(ref latch, Nat));
    }

    [Fact]
    public void When_only_one_host_may_latch_others_may_not()
    {
        var latch = Armed(only: "198.51.100.7");
        Assert.Equal(-1, PacketsUntilLocked(ref latch, Attacker));
        Assert.Equal(5, PacketsUntilLocked(ref latch, Nat));
    }

    [Theory]
    [InlineData("192.0.2.1", 16)]
    [InlineData("2001:db8::1", 28)]
    public void Addresses_survive_the_system_form(string address, int length)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), 65_000);
        var peer = PeerAddress.From(endPoint);
        var bytes = new byte[28];
        Assert.Equal(length, peer.WriteSockaddr(bytes, endPoint.AddressFamily));
        Assert.Equal(peer, PeerAddress.ReadSockaddr(bytes));
        Assert.Equal(endPoint, peer.ToEndPoint());
    }
}
