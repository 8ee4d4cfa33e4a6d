using CallCluster.Media.Rtcp;

namespace CallCluster.Media.Tests.Engine;

/// <summary>RTCP as it goes over the sockets, and the watch over silent peers.</summary>
public sealed class ReportTests : EngineTest
{
    [Fact]
    public void Rfc_3550_section_6_reports_go_out_every_few_seconds_and_a_bye_at_the_end()
    {
        var alice = Peer(0x77);
        var a = Open(alice);
        for (var i = 0; i < 4; i++)
            alice.SendAudio(a.LocalPort);
        a.Play([Media.Prompts.Prompt.FromPcm("p", new short[160])]);
        alice.Receive();
        WaitFor(() => a.Statistics.PacketsReceived == 4, "all packets are in");
        Advance(4000);
        Assert.True(RtcpPacket.TryRead(alice.ReceiveRtcp(), 0x77, out var first));
        Assert.Equal(1u, first.Sender!.Value.Packets);
        Assert.Equal(3u, first.AboutUs!.Value.HighestSequence);
        Advance(8000);
        Assert.True(RtcpPacket.TryRead(alice.ReceiveRtcp(), 0x77, out var second));
        Assert.Null(second.Sender);
        Assert.False(second.Bye);
        a.Dispose();
        Assert.True(RtcpPacket.TryRead(alice.ReceiveRtcp(), 0x77, out var last));
        Assert.True(last.Bye);
    }

    [Fact]
    public void What_the_peer_reports_is_in_the_statistics()
    {
        var alice = Peer(0x77);
        var a = Open(alice);
        a.Play([Media.Prompts.Prompt.FromPcm("p", new short[160])]);
        var ours = alice.Receive().Ssrc;
        var bytes = new byte[200];
        var length = RtcpPacket.Write(bytes, 0x77, null, new ReportBlock(ours, 0, 5, 0, 80, 0, 0), "a"u8, bye: false);
        alice.SendRtcp(a.LocalPort + 1, bytes[..length]);
        WaitFor(() => a.Statistics.RemotePacketsLost == 5, "the report is in");
        Assert.Equal(10.0, a.Statistics.RemoteJitterMilliseconds);
    }

    [Fact]
    public void Rfc_5761_with_mux_rtcp_shares_the_rtp_port()
    {
        var alice = Peer(0x77);
        var a = Open(alice, p => p with { RtcpMux = true });
        a.Play([Media.Prompts.Prompt.FromPcm("p", new short[160])]);
        var ours = alice.Receive().Ssrc;
        var bytes = new byte[200];
        var length = RtcpPacket.Write(bytes, 0x77, null, new ReportBlock(ours, 0, 6, 0, 80, 0, 0), "a"u8, bye: false);
        alice.Send(a.LocalPort, bytes[..length]);
        WaitFor(() => a.Statistics.RemotePacketsLost == 6, "the report is in");
        Advance(4000);
        var buffer = new byte[500];
        Assert.True(RtcpPacket.TryRead(buffer.AsSpan(0, alice.Rtp.Receive(buffer)), 0x77, out _));
    }

    [Fact]
    public void A_peer_that_falls_silent_is_told_once_and_again_after_it_was_heard()
    {
        var alice = Peer();
        var a = Open(alice, p => p with { MediaTimeout = TimeSpan.FromSeconds(10) });
        Settle(a);
        Advance(9000);
        alice.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == 1, "the packet is in");
        Advance(9000);
        Settle(a);
        AssertNothingTold();
        Advance(1010);
        Assert.Equal("timeout", NextTold());
        Advance(60_000);
        Settle(a);
        AssertNothingTold();
        alice.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == 2, "the packet is in");
        Advance(10_010);
        Assert.Equal("timeout", NextTold());
    }
}
