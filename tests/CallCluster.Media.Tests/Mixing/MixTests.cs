using CallCluster.Media.Codecs;
using CallCluster.Media.Comparison;
using CallCluster.Media.Engine;
using CallCluster.Media.Mixing;
using CallCluster.Media.Prompts;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Mixing;

public class MixTests : TalkTest
{
    [Theory]
    [InlineData(MediaCodec.Pcmu, 20, MediaCodec.Pcmu, 20, MediaCodec.Pcmu, 20)]
    [InlineData(MediaCodec.Pcmu, 20, MediaCodec.Pcma, 10, MediaCodec.G722, 60)]
    [InlineData(MediaCodec.G722, 30, MediaCodec.G722, 20, MediaCodec.Pcma, 40)]
    public void In_a_conference_each_hears_all_others_and_not_itself(MediaCodec one, int oneTime, MediaCodec two, int twoTime, MediaCodec three, int threeTime)
    {
        var talkers = Settled(Talkers((one, oneTime), (two, twoTime), (three, threeTime)));
        Set(Engine.CreateMix(), talkers, [1, 2], [0, 2], [0, 1]);
        Talk(talkers, 1200);
        AssertHears(talkers[0], 1, 2);
        AssertHears(talkers[1], 0, 2);
        AssertHears(talkers[2], 0, 1);
        foreach (var (talker, milliseconds) in talkers.Zip([oneTime, twoTime, threeTime]))
        {
            Assert.Single(talker.Packets.Select(p => p.Ssrc).Distinct());
            Assert.All(talker.Packets, p => Assert.Equal(milliseconds * 8, p.Payload.Length));
            AssertGapless(talker);
        }
    }

    [Fact]
    public void A_supervisor_listens_then_whispers_then_barges_in_and_the_call_goes_on_when_he_leaves()
    {
        var talkers = Settled(Talkers((MediaCodec.Pcma, 20), (MediaCodec.G722, 20), (MediaCodec.Pcmu, 20)));
        var (caller, agent, supervisor) = (talkers[0], talkers[1], talkers[2]);
        caller.Stream.Bridge(agent.Stream);
        Settled(talkers);
        Talk(talkers, 400);
        AssertHears(caller, 1);
        AssertHears(agent, 0);

        var mix = Engine.CreateMix();
        void Expect(int[][] matrix)
        {
            Set(mix, talkers, matrix);
            Talk(talkers, 200);
            Array.ForEach(talkers, t => t.Forget());
            Talk(talkers, 800);
            for (var i = 0; i < 3; i++)
            {
                AssertHears(talkers[i], matrix[i]);
                AssertGapless(talkers[i]);
            }
        }
        Expect([[1], [0], [0, 1]]);
        Expect([[1], [0, 2], [0, 1]]);
        Expect([[1, 2], [0, 2], [0, 1]]);

        mix.Set([]);
        caller.Stream.Bridge(agent.Stream);
        Settled(talkers);
        Array.ForEach(talkers, t => t.Forget());
        Talk(talkers, 400);
        AssertHears(caller, 1);
        AssertHears(agent, 0);
        Assert.Empty(supervisor.Packets);
    }

    [Fact]
    public void Who_joins_and_who_leaves_makes_no_gap_for_the_others_who_may_go_back_to_a_bridge()
    {
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20)));
        var mix = Engine.CreateMix();
        Set(mix, talkers, [1], [0]);
        Talk(talkers, 200);
        Set(mix, talkers, [1, 2], [0, 2], [0, 1]);
        Talk(talkers, 200);
        talkers[2].Stream.Dispose();
        Talk(talkers[..2], 600);
        AssertGapless(talkers[0]);
        AssertGapless(talkers[1]);
        AssertHears(talkers[0], 1);

        talkers[0].Stream.Bridge(talkers[1].Stream);
        Settled(talkers[..2]);
        talkers[0].Forget();
        var sent = talkers[1].Peer.SendAudio(talkers[1].Stream.LocalPort);
        Assert.Equal(sent.Payload, talkers[0].Hear().Payload);
    }

    [Fact]
    public void Who_is_on_hold_sends_nothing_and_hears_nothing_and_the_others_talk_on()
    {
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20)));
        Set(Engine.CreateMix(), talkers, [1, 2], [0, 2], [0, 1]);
        Talk(talkers, 300);
        talkers[2].Stream.Configure(new MediaStreamParameters { Remote = talkers[2].Peer.Address, Direction = MediaDirection.Inactive });
        Settled(talkers);
        Array.ForEach(talkers, t => t.Forget());
        Talk(talkers, 800, isSilent: t => t == talkers[2]);
        AssertHears(talkers[0], 1);
        AssertHears(talkers[1], 0);
        Assert.Empty(talkers[2].Packets);
        talkers[2].Stream.Configure(new MediaStreamParameters { Remote = talkers[2].Peer.Address });
        Settled(talkers);
        Talk(talkers, 200);
        Array.ForEach(talkers, t => t.Forget());
        Talk(talkers, 800);
        AssertHears(talkers[0], 1, 2);
        AssertHears(talkers[2], 0, 1);
    }

    [Fact]
    public void Loud_voices_together_are_clipped_and_never_wrap_around()
    {
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20)));
        Set(Engine.CreateMix(), talkers, [], [0], [0, 1]);
        var loud = G711.Encode(short.MaxValue, G711Law.Mu);
        for (var i = 0; i < 5; i++)
        {
            foreach (var talker in talkers[..2])
                talker.Peer.SendAudio(talker.Stream.LocalPort, [.. Enumerable.Repeat(loud, 160)]);
            WaitFor(() => talkers.Sum(t => t.Stream.Statistics.PacketsReceived) == 2 * (i + 1), "both have spoken");
            Advance(20);
            Settled(talkers);
        }
        talkers[2].Peer.Receive();
        var heard = talkers[2].Peer.Receive(3);
        Assert.All(heard.SelectMany(p => p.Payload), code => Assert.Equal(loud, code));
        var nothing = talkers[0].Peer.Receive(3);
        Assert.All(nothing.SelectMany(p => p.Payload), code => Assert.Equal(0, G711.Decode(code, G711Law.Mu)));
    }

    [Fact]
    public void A_key_reaches_those_who_hear_its_sender_once_and_nobody_else()
    {
        Options = new MediaEngineOptions { Threads = 1, ReportDigitsWhileBridged = true };
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20)));
        // A whispering supervisor, number 2: the caller, number 0, must not hear him.
        Set(Engine.CreateMix(), talkers, [1], [0, 2], [0, 1]);
        void Press(Talker talker, char key, ushort sequence)
        {
            var before = talker.Stream.Statistics.PacketsReceived;
            for (var i = 1; i <= 5; i++)
                talker.Peer.Send(talker.Stream.LocalPort, RtpPacket.Event(key, (ushort)(sequence + i), sequence * 100u, Math.Min(i, 3) * 160, end: i >= 3, ssrc: talker.Peer.Ssrc));
            WaitFor(() => talker.Stream.Statistics.PacketsReceived == before + 5, "the key is in");
            Assert.Equal($"digit {key}", NextTold());
        }
        Press(talkers[2], '5', 100);
        Talk(talkers, 400, isSilent: _ => true);
        Assert.Equal("sent", NextTold());
        Assert.Equal("5", Keys(talkers[1]));
        Assert.Equal("", Keys(talkers[0]) + Keys(talkers[2]));
        Array.ForEach(talkers, t => t.Forget());
        Press(talkers[0], '7', 200);
        Talk(talkers, 400, isSilent: _ => true);
        Assert.Equal(("", "7", "7"), (Keys(talkers[0]), Keys(talkers[1]), Keys(talkers[2])));

        static string Keys(Talker talker) => string.Concat(talker.Packets.Where(p => p.PayloadType == 101).DistinctBy(p => p.Timestamp).Select(p => "0123456789*#ABCD"[p.TelephoneEvent.Code]));
    }

    [Fact]
    public void A_storm_of_keys_is_heard_for_seconds_and_the_rest_is_counted()
    {
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20)));
        Set(Engine.CreateMix(), talkers, [], [0], [0]);
        for (var i = 0; i < 100; i++)
            talkers[0].Peer.Send(talkers[0].Stream.LocalPort, RtpPacket.Event('5', (ushort)i, (uint)i * 10, 80, end: true, ssrc: talkers[0].Peer.Ssrc));
        WaitFor(() => talkers[0].Stream.Statistics.PacketsReceived == 100, "the keys are in");
        Settled(talkers);
        Assert.Equal(2 * (100 - Media.Dtmf.DtmfSender.MostKeys), Engine.Totals().DigitsDropped);
    }

    [Fact]
    public void A_member_whose_sending_fails_does_not_silence_those_behind_it()
    {
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20)));
        var mix = Engine.CreateMix();
        Set(mix, talkers, [1, 2], [0, 2], [0, 1]);
        talkers[0].Stream.Post(() => mix.Present.First(member => member.Stream == talkers[0].Stream).Hears = null!);
        Settled(talkers);
        Talk(talkers, 1000);
        AssertHears(talkers[1], 0, 2);
        AssertHears(talkers[2], 0, 1);
        Assert.True(Engine.Totals().Faults > 40);
    }

    [Fact]
    public void What_comes_late_out_of_order_or_not_at_all_is_mended_before_it_is_mixed()
    {
        var speech = Tones.Babble(TimeSpan.FromSeconds(4), seed: 8);
        var said = Prompt.FromPcm("speech", speech).Encoded(MediaCodec.Pcmu);
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20)));
        Set(Engine.CreateMix(), talkers, [], [0]);
        var random = new Random(5);
        var queue = Enumerable.Range(0, 200).Where(i => i % 33 != 20).Select(i => (Number: i, At: i + random.NextDouble() * 1.9)).OrderBy(p => p.At).ToArray();
        var next = 0;
        for (var tick = 1; tick <= 204; tick++)
        {
            for (; next < queue.Length && queue[next].At < tick; next++)
            {
                var number = queue[next].Number;
                talkers[0].Peer.Send(talkers[0].Stream.LocalPort, new RtpPacket(0, (ushort)number, (uint)number * 160, 1, said.Slice(number * 160, 160).ToArray()));
            }
            WaitFor(() => talkers[0].Stream.Statistics.PacketsReceived == next, "what was said is in");
            Advance(20);
            Settled(talkers);
            while (talkers[1].Peer.HasPacket)
                talkers[1].Hear();
        }
        AssertGapless(talkers[1]);
        // In the first second the buffer learns how long it has to wait.
        var comparison = AudioComparison.Compare(speech.AsSpan(8000), talkers[1].Heard.AsSpan(8000));
        Assert.True(comparison is { Similarity: > 0.95, Loss: < 0.08 }, $"{comparison}");
    }

    [Fact]
    public void Bridges_and_mixes_asked_for_at_once_end_as_the_last_was_asked_whatever_threads_they_began_on()
    {
        Options = new MediaEngineOptions { Threads = 4 };
        var random = new Random(7);
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20)));
        for (var round = 0; round < 200; round++)
        {
            var mix = Engine.CreateMix();
            var (one, two, three) = (talkers[round % 3], talkers[(round + 1) % 3], talkers[(round + 2) % 3]);
            one.Stream.Bridge(two.Stream);
            if (random.Next(2) == 0)
                three.Stream.Bridge(one.Stream);
            mix.Set([new(one.Stream, [two.Stream]), new(two.Stream, [one.Stream, three.Stream]), new(three.Stream, [])]);
            if (random.Next(2) == 0)
                continue;
            two.Stream.Bridge(three.Stream);
        }
        var last = Engine.CreateMix();
        Set(last, talkers, [1, 2], [0, 2], [0, 1]);
        WaitFor(() => last.Present.Count == 3, "all are in the last mix");
        Assert.Single(talkers.Select(t => t.Stream.Thread).Distinct());
        Settled(talkers);
        Array.ForEach(talkers, t => t.Forget());
        Talk(talkers, 1200);
        AssertHears(talkers[0], 1, 2);
        AssertHears(talkers[1], 0, 2);
    }

    [Fact]
    public void Nothing_is_allocated_for_a_packet_or_a_tick()
    {
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.G722, 20), (MediaCodec.Pcma, 60)));
        Set(Engine.CreateMix(), talkers, [1, 2], [0, 2], [0, 1]);
        Talk(talkers, 400);
        long before = 0, after = 0;
        OnThread(() => before = GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < 100; i++)
        {
            Now += 20;
            foreach (var talker in talkers)
            {
                var received = talker.Stream.Statistics.PacketsReceived;
                var said = talker.SayUntil(Now * 8);
                WaitFor(() => talker.Stream.Statistics.PacketsReceived == received + said, "what was said is in");
            }
            Advance(20);
        }
        WaitFor(() => talkers[0].Stream.Statistics.PacketsSent >= 120, "the mix is sent");
        OnThread(() => after = GC.GetAllocatedBytesForCurrentThread());
        // Little enough for the two questions themselves and the just-in-time compiler.
        Assert.InRange(after - before, 0, 2000);

        void OnThread(Action action)
        {
            using var done = new ManualResetEventSlim();
            talkers[0].Stream.Post(() =>
            {
                action();
                done.Set();
            });
            Assert.True(done.Wait(TimeSpan.FromSeconds(8)));
        }
    }

    [Fact]
    public void A_matrix_that_makes_no_sense_is_refused_and_changes_nothing()
    {
        var talkers = Settled(Talkers((MediaCodec.Pcmu, 20), (MediaCodec.Pcmu, 20)));
        var (one, two) = (talkers[0].Stream, talkers[1].Stream);
        var mix = Engine.CreateMix();
        Assert.Throws<ArgumentException>(() => mix.Set([new(one, [one])]));
        Assert.Throws<ArgumentException>(() => mix.Set([new(one, [two])]));
        Assert.Throws<ArgumentException>(() => mix.Set([new(one, []), new(one, [])]));
        Assert.Throws<ArgumentException>(() => mix.Set([new(one, [two, two]), new(two, [])]));
        Settled(talkers);
        Assert.Empty(mix.Present);
    }
}
