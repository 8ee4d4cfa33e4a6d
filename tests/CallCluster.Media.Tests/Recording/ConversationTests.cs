using CallCluster.Media.Codecs;
using CallCluster.Media.Engine;
using CallCluster.Media.Mixing;
using CallCluster.Media.Prompts;
using CallCluster.Media.Recording;
using CallCluster.Media.Rtp;
using CallCluster.Media.Tests.Engine;
using CallCluster.Media.Tests.Mixing;

namespace CallCluster.Media.Tests.Recording;

public sealed class ConversationTests : TalkTest
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("callcluster-media-");

    private string FilePath => Path.Combine(_directory.FullName, "call.wav");

    private static RecordingOptions To(string path, RecordingFormat format = RecordingFormat.Pcm16, TimeSpan? maxLength = null) => new() { Path = path, Format = format, MaxLength = maxLength, RecordingId = 3 };

    private StereoFile End(Talker recorded)
    {
        recorded.Stream.StopRecordingConversation();
        Assert.Equal("recorded 3 Stopped", NextTold());
        return StereoFile.Read(FilePath);
    }

    private static void AssertSays(ReadOnlySpan<short> channel, int fromMs, int toMs, params int[] talkers)
    {
        var part = channel[(fromMs * 8)..(toMs * 8)];
        for (var i = 0; i < Hertz.Length; i++)
        {
            var loudness = StereoFile.Loudness(part, Hertz[i]) / Talker.Amplitude;
            if (talkers.Contains(i))
                Assert.InRange(loudness, 0.9, 1.1);
            else
                Assert.InRange(loudness, 0, 0.02);
        }
    }

    [Theory]
    [InlineData(RecordingFormat.Pcm16, MediaCodec.Pcmu, 20, MediaCodec.Pcmu, 20)]
    [InlineData(RecordingFormat.G711, MediaCodec.Pcmu, 20, MediaCodec.Pcma, 60)]
    [InlineData(RecordingFormat.Pcm16, MediaCodec.G722, 30, MediaCodec.Pcma, 10)]
    public void The_caller_is_left_and_the_agent_right(RecordingFormat format, MediaCodec caller, int callerTime, MediaCodec agent, int agentTime)
    {
        var talkers = Settled(Talkers((caller, callerTime), (agent, agentTime)));
        talkers[0].Stream.Bridge(talkers[1].Stream);
        talkers[0].Stream.RecordConversation(To(FilePath, format));
        Settled(talkers);
        Talk(talkers, 1200);
        var file = End(talkers[0]);
        Assert.Equal(9600, file.Left.Length);
        AssertSays(file.Left, 100, 1100, 0);
        AssertSays(file.Right, 100, 1100, 1);
    }

    [Fact]
    public void Both_channels_keep_the_same_time_through_loss_hold_other_packets_and_late_joining()
    {
        var (caller, agent) = (Peer(1), Peer(2));
        var c = Open(caller);
        c.RecordConversation(To(FilePath));
        var a = Open(agent, p => p with { PtimeMilliseconds = 60 });
        Settle(c, a);
        // Each clicks once a second, at the same moments. The caller speaks packets of 20 ms, each tenth of which is lost. The agent joins after 2.5 s and speaks packets of 60 ms, four of
        // five of which come 30 ms late; from second 5 to 8 he is on hold, and his timestamps stand still.
        List<(int At, RtpPeer From, MediaStream To, RtpPacket Packet)> packets = [];
        for (var i = 0; i < 600; i++)
        {
            if (i % 10 != 7)
                packets.Add((i * 20 + 20, caller, c, new RtpPacket(0, (ushort)i, (uint)i * 160, 1, Clicking(i * 20, 20))));
        }
        var sent = 0;
        for (var ms = 2520; ms < 12_000; ms += 60)
        {
            if (ms is > 5000 and < 8000)
                continue;
            packets.Add((ms + 60 + (sent % 5 == 0 ? 0 : 30), agent, a, new RtpPacket(0, (ushort)sent, (uint)sent * 480, 2, Clicking(ms, 60))));
            sent++;
        }
        var now = 0;
        Dictionary<MediaStream, int> counts = new() { [c] = 0, [a] = 0 };
        foreach (var (at, from, to, packet) in packets.OrderBy(p => p.At))
        {
            Advance(at - now);
            now = at;
            if (from == agent && packet.Sequence == 0)
                c.Bridge(a);
            Settle(c, a);
            from.Send(to.LocalPort, packet);
            counts[to]++;
            WaitFor(() => to.Statistics.PacketsReceived == counts[to], "the packet is in");
        }
        c.StopRecordingConversation();
        Assert.Equal("recorded 3 Stopped", NextTold());
        var file = StereoFile.Read(FilePath);
        var left = Clicks(file.Left);
        var right = Clicks(file.Right);
        Assert.Equal(10, left.Length);
        Assert.All(left, click => Assert.InRange(Math.Abs(click - Nearest(click)), 0, 80));
        Assert.Equal(7, right.Length);
        Assert.All(right, click => Assert.InRange(Math.Abs(click - Nearest(click)), 0, 160));

        static byte[] Clicking(int from, int milliseconds)
        {
            byte[] said = [.. Enumerable.Repeat((byte)0xFF, milliseconds * 8)];
            for (var at = from; at < from + milliseconds; at++)
            {
                if (at % 1000 == 600)
                    said[(at - from) * 8] = 0x00;
            }
            return said;
        }

        static int Nearest(int value) => (value - 4800 + 4000) / 8000 * 8000 + 4800;

        static int[] Clicks(short[] channel) => [.. channel.Index().Where(s => Math.Abs((int)s.Item) > 16_000).Select(s => s.Index)];
    }

    [Fact]
    public void It_goes_on_through_unbridge_transfer_and_a_mix_in_which_a_whispering_supervisor_is_not_recorded()
    {
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.G722, 20), (MediaCodec.Pcma, 20)));
        var (caller, first, second) = (talkers[0], talkers[1], talkers[2]);
        caller.Stream.RecordConversation(To(FilePath));
        caller.Stream.Bridge(first.Stream);
        Settled(talkers);
        Talk(talkers, 1000);
        caller.Stream.Unbridge();
        Settled(talkers);
        Talk(talkers, 1000);
        caller.Stream.Bridge(second.Stream);
        Settled(talkers);
        Talk(talkers, 1000);
        var mix = Engine.CreateMix();
        Set(mix, talkers, [1], [0, 2], [0, 1]);
        Talk(talkers, 1000);
        Set(mix, talkers, [1, 2], [0, 2], [0, 1]);
        Talk(talkers, 1000);
        var file = End(caller);
        Assert.Equal(40_000, file.Right.Length);
        AssertSays(file.Left, 100, 900, 0);
        AssertSays(file.Left, 1100, 1900);
        AssertSays(file.Left, 2100, 4900, 0);
        AssertSays(file.Right, 100, 900, 1);
        AssertSays(file.Right, 1100, 1900);
        AssertSays(file.Right, 2100, 2900, 2);
        AssertSays(file.Right, 3100, 3900, 1);
        AssertSays(file.Right, 4100, 4900, 1, 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_caller_is_not_sent_while_it_holds_or_is_played_something_is_not_recorded(bool inMix)
    {
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20)));
        var (caller, agent) = (talkers[0], talkers[1]);
        caller.Stream.RecordConversation(To(FilePath));
        if (inMix)
            Set(Engine.CreateMix(), talkers, [1], [0]);
        else
            caller.Stream.Bridge(agent.Stream);
        Settled(talkers);
        Talk(talkers, 1000);
        caller.Stream.Configure(new MediaStreamParameters { Remote = caller.Peer.Address, Direction = MediaDirection.ReceiveOnly });
        Settled(talkers);
        Talk(talkers, 1000);
        caller.Stream.Configure(new MediaStreamParameters { Remote = caller.Peer.Address });
        Settled(talkers);
        Talk(talkers, 1000);
        caller.Stream.Play([Prompt.FromPcm("music", new short[80_000])]);
        Settled(talkers);
        Talk(talkers, 1000);
        caller.Stream.StopPlaying();
        Assert.Equal("played 0 interrupted", NextTold());
        Talk(talkers, 1000);
        var file = End(caller);
        AssertSays(file.Left, 100, 4900, 0);
        AssertSays(file.Right, 100, 900, 1);
        AssertSays(file.Right, 1100, 1900);
        AssertSays(file.Right, 2100, 2900, 1);
        AssertSays(file.Right, 3100, 3900);
        AssertSays(file.Right, 4100, 4900, 1);
    }

    [Fact]
    public void The_bridge_beside_it_passes_every_packet_as_it_is()
    {
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20)));
        talkers[0].Stream.Bridge(talkers[1].Stream);
        talkers[0].Stream.RecordConversation(To(FilePath));
        Settled(talkers);
        foreach (var (from, to) in ((Talker, Talker)[])[(talkers[0], talkers[1]), (talkers[1], talkers[0])])
        {
            var sent = from.Peer.SendAudio(from.Stream.LocalPort);
            Assert.Equal(sent.Payload, to.Peer.Receive().Payload);
        }
    }

    [Fact]
    public void It_ends_with_the_callers_stream_or_at_its_greatest_length_whoever_speaks()
    {
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20)));
        talkers[0].Stream.RecordConversation(To(FilePath, maxLength: TimeSpan.FromMilliseconds(1500)));
        Settled(talkers);
        Talk(talkers[..1], 3020);
        Assert.Equal("recorded 3 MaxLength", NextTold());
        Assert.Equal(12_000, StereoFile.Read(FilePath).Left.Length);
        talkers[0].Stream.RecordConversation(To(FilePath));
        Settled(talkers);
        Talk(talkers[..1], 200);
        talkers[0].Stream.Dispose();
        Assert.Equal("recorded 3 StreamClosed", NextTold());
        Assert.Equal(1600, StereoFile.Read(FilePath).Left.Length);
    }

    [Theory]
    [InlineData(1.0001)]
    [InlineData(0.9999)]
    public void A_peer_whose_clock_runs_wrong_stays_where_it_was_heard(double speed)
    {
        var timeline = new ClockTimeline();
        var random = new Random(3);
        for (var i = 0; i < 100_000; i++)
        {
            var said = i * 160 * speed;
            var place = timeline.Place(new RtpHeader(0, false, (ushort)i, (uint)i * 160, 1, 12, 160), (long)(said + 160 + random.Next(240)));
            if (i > 500)
                Assert.InRange(place - said, -100, 330);
        }
    }
}
