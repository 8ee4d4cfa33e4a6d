using System.Net;
using CallCluster.Media.Engine;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Engine;

/// <summary>What is heard and what leaks, in packets, for foreign RTP (facts/attacks.md row 1), and what malformed packets do.</summary>
public sealed class SourceRulesTests : EngineTest
{
    [Fact]
    public void Foreign_packets_are_not_heard_and_nothing_is_sent_to_their_source()
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var attacker = Peer(666);
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        alice.SendAudio(a.LocalPort);
        bob.Receive();
        for (var i = 0; i < 200; i++)
            attacker.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Foreign, 200);
        var sent = alice.SendAudio(a.LocalPort);
        Assert.Equal(sent.Payload, bob.Receive().Payload);
        bob.SendAudio(b.LocalPort);
        alice.Receive();
        Assert.False(attacker.HasPacket);
        Assert.False(bob.HasPacket);
        Assert.Equal(200, a.Statistics.PacketsForeign);
    }

    [Fact]
    public void A_peer_behind_nat_is_believed_after_five_packets_and_then_closes_the_door()
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var attacker = Peer(666);
        var a = Open(alice, p => p with { Remote = new IPEndPoint(IPAddress.Parse("127.0.0.99"), 9) });
        var b = Open(bob);
        a.Bridge(b);
        Settle(a, b);
        var sent = Enumerable.Range(0, 6).Select(_ => alice.SendAudio(a.LocalPort)).ToArray();
        Assert.Equal(sent[4].Payload, bob.Receive().Payload);
        Assert.Equal(sent[5].Payload, bob.Receive().Payload);
        WaitForDropped(RtpDropReason.Probation, 4);
        for (var i = 0; i < 50; i++)
            attacker.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Foreign, 50);
        bob.SendAudio(b.LocalPort);
        alice.Receive();
        Assert.False(attacker.HasPacket);
    }

    [Fact]
    public void Who_left_the_stream_to_another_peer_and_still_sends_hears_and_says_no_more()
    {
        var (alice, bob, carol) = (Peer(1), Peer(2), Peer(3));
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        alice.SendAudio(a.LocalPort);
        bob.Receive();
        a.Configure(new MediaStreamParameters { Remote = carol.Address, RemoteRtcp = carol.RtcpAddress, IsAnotherPeer = true });
        Settle(a, b);
        for (var i = 0; i < 50; i++)
            alice.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Probation, 50);
        bob.SendAudio(b.LocalPort);
        carol.Receive();
        var sent = carol.SendAudio(a.LocalPort);
        Assert.Equal(sent.Payload, bob.Receive().Payload);
        Assert.False(alice.HasPacket);
        Assert.False(bob.HasPacket);
    }

    [Fact]
    public void A_peer_whose_port_changes_in_mid_call_is_followed_once_it_is_silent_at_the_old_one()
    {
        var (alice, bob, moved) = (Peer(1), Peer(2), Peer(1));
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        RtpPacket last = null!;
        for (var i = 0; i < 10; i++)
            last = alice.SendAudio(a.LocalPort);
        bob.Receive(10);

        void SendMoved(int from, int count)
        {
            for (var i = from; i < from + count; i++)
                moved.Send(a.LocalPort, last with { Sequence = (ushort)(last.Sequence + i), Timestamp = last.Timestamp + (uint)i * 160 });
        }

        SendMoved(1, 20);
        WaitForDropped(RtpDropReason.Foreign, 20);
        Advance(1001);
        SendMoved(50, 6);
        bob.Receive(2);
        WaitForDropped(RtpDropReason.Foreign, 24);
        bob.SendAudio(b.LocalPort);
        moved.Receive();
        Assert.False(alice.HasPacket);
    }

    [Fact]
    public void A_silent_peer_is_not_followed_to_another_stream_from_its_host()
    {
        var (alice, bob, attacker) = (Peer(1), Peer(2), Peer(666));
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        alice.SendAudio(a.LocalPort);
        bob.Receive();
        Advance(60_000);
        for (var i = 0; i < 100; i++)
            attacker.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Foreign, 100);
        bob.SendAudio(b.LocalPort);
        alice.Receive();
        Assert.False(attacker.HasPacket);
        Assert.False(bob.HasPacket);
    }

    [Fact]
    public void A_key_from_a_foreign_source_is_not_told()
    {
        var alice = Peer(1);
        var attacker = Peer(666);
        var a = Open(alice);
        alice.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == 1, "the peer is known");
        attacker.Send(a.LocalPort, RtpPacket.Event('9', 1, 1, 160));
        WaitForDropped(RtpDropReason.Foreign, 1);
        AssertNothingTold();
    }

    [Fact]
    public void Each_kind_of_bad_packet_is_counted_by_its_reason()
    {
        var alice = Peer(1);
        var a = Engine.Open(this);
        alice.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Unconfigured, 1);
        a.Configure(new() { Remote = alice.Address, ReceiveTelephoneEvent = 101 });
        Settle(a);
        alice.SendAudio(a.LocalPort);
        alice.Send(a.LocalPort, new byte[] { 0x80, 0, 0 });
        alice.Send(a.LocalPort, new byte[20]);
        alice.Send(a.LocalPort, [0x80, .. new byte[1600]]);
        alice.Send(a.LocalPort, [0x80, .. new byte[4000]]);
        alice.Send(a.LocalPort, new RtpPacket(18, 2, 2, 1, [1, 2, 3]));
        alice.Send(a.LocalPort, new RtpPacket(101, 3, 3, 1, [1, 2]));
        alice.Send(a.LocalPort, new RtpPacket(0, 30_000, 3, 1, [1, 2]));
        alice.SendRtcp(a.LocalPort + 1, [1, 2, 3]);
        WaitForDropped(RtpDropReason.Malformed, 2);
        WaitForDropped(RtpDropReason.Version, 1);
        WaitForDropped(RtpDropReason.Oversize, 2);
        WaitForDropped(RtpDropReason.PayloadType, 1);
        WaitForDropped(RtpDropReason.Sequence, 1);
        WaitForDropped(RtpDropReason.Rtcp, 1);
        Assert.Equal(9, Engine.Totals().Dropped.Sum());
        Assert.Equal(0, Engine.Totals().Faults);
    }

    [Fact]
    public void After_any_bytes_on_both_ports_the_stream_still_relays()
    {
        const int seed = 20261123;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var alice = Peer(1);
        var bob = Peer(2);
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        a.Capture(new Media.Recording.PcmCapture());
        Settle(a, b);
        for (var i = 0; i < 5000; i++)
        {
            var good = RtpPacket.Event('1', (ushort)i, (uint)i * 160, 160, payloadType: random.Next(2) * 101).ToBytes();
            var bytes = i % 3 == 0 ? new byte[random.Next(60)] : good;
            if (i % 3 == 0)
                random.NextBytes(bytes);
            else
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if ((i & 1) == 0)
                alice.Send(a.LocalPort, bytes);
            else
                alice.SendRtcp(a.LocalPort + 1, bytes);
            if (i % 50 == 0)
                Settle(a);
        }
        Settle(a);
        Assert.Equal(0, Engine.Totals().Faults);
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var marker = Enumerable.Repeat((byte)0xA7, 160).ToArray();
        byte[] heard;
        do
        {
            alice.SendAudio(a.LocalPort, marker);
            heard = bob.Receive().Payload;
        }
        while (!heard.SequenceEqual(marker) && !end.IsCancellationRequested);
        Assert.Equal(marker, heard);
    }
}
