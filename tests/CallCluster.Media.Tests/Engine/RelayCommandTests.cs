using CallCluster.Media.Prompts;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Engine;

/// <summary>Bridge, unbridge and play from any thread: what was asked last holds.</summary>
public sealed class RelayCommandTests : EngineTest
{
    [Fact]
    public void Commands_to_a_stream_of_a_closed_engine_do_nothing()
    {
        var alice = Peer(1);
        var a = Open(alice);
        Engine.Dispose();
        a.Play([Tones.Beep]);
        a.StopPlaying();
        a.Dispose();
        Assert.False(alice.HasPacket);
    }

    [Fact]
    public void After_unbridge_nothing_passes()
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        b.Unbridge();
        Settle(a, b);
        alice.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == 1, "the packet is in");
        Settle(a, b);
        Assert.False(bob.HasPacket);
    }

    [Fact]
    public void An_announcement_on_a_bridged_stream_is_heard_in_place_of_the_bridge_and_then_the_bridge_again()
    {
        var alice = Peer(1);
        var bob = Peer(2);
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        b.Play([Prompt.FromPcm("short", new short[320])], playId: 7);
        bob.Receive();
        alice.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Replaced, 1);
        Advance(20);
        bob.Receive();
        Advance(20);
        Assert.Equal("played 7", NextTold());
        var sent = alice.SendAudio(a.LocalPort);
        var heard = bob.Receive();
        Assert.Equal(sent.Payload, heard.Payload);
        Assert.True(heard.Marker);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_was_asked_last_of_either_stream_wins_whichever_takes_effect_first(int threads)
    {
        Options = Options with { Threads = threads };
        var alice = Peer(1);
        var bob = Peer(2);
        for (var round = 0; round < 50; round++)
        {
            var (a, b) = (Open(alice), Open(bob));
            b.Play([Tones.Hold], loop: true, playId: round);
            a.Bridge(b);
            Assert.Equal($"played {round} interrupted", NextTold());
            b.Unbridge();
            a.Bridge(b);
            Settle(a, b);
            WaitFor(() => a.Thread == b.Thread, "both are on one thread");
            Settle(a, b);
            while (bob.HasPacket)
                bob.Receive();
            var sent = alice.SendAudio(a.LocalPort);
            Assert.Equal(sent.Payload, bob.Receive().Payload);
            a.Bridge(b);
            b.Unbridge();
            Settle(a, b);
            alice.SendAudio(a.LocalPort);
            WaitFor(() => a.Statistics.PacketsReceived == 2, "the packet is in");
            Settle(a, b);
            Assert.False(bob.HasPacket);
            a.Dispose();
            b.Dispose();
        }
    }

    [Fact]
    public void Streams_of_different_threads_meet_on_one_and_keep_the_order_of_commands()
    {
        Options = Options with { Threads = 3 };
        for (var round = 0; round < 20; round++)
        {
            var alice = Peer(1);
            var bob = Peer(2);
            var (a, b) = (Open(alice), Open(bob));
            if ((round & 1) == 0)
                a.Bridge(b);
            else
                b.Bridge(a);
            a.Play([Tones.Beep], playId: round);
            a.StopPlaying();
            Assert.Equal($"played {round} interrupted", NextTold());
            Settle(a, b);
            WaitFor(() => a.Thread == b.Thread, "both are on one thread");
            Settle(a, b);
            while (alice.HasPacket)
                alice.Receive();
            var sent = bob.SendAudio(b.LocalPort);
            Assert.Equal(sent.Payload, alice.Receive().Payload);
            a.Dispose();
            b.Dispose();
        }
        WaitFor(() => Engine.OpenStreams == 0, "all streams are closed");
        Assert.Equal(0, Engine.Totals().Faults);
    }

    [Fact]
    public void Many_streams_bridged_at_random_over_threads_end_paired_and_without_fault()
    {
        const int seed = 99;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Options = Options with { Threads = 4 };
        var peer = Peer();
        var streams = Enumerable.Range(0, 12).Select(_ => Open(peer)).ToArray();
        for (var i = 0; i < 2000; i++)
        {
            var (x, y) = (random.Next(12), random.Next(12));
            if (x != y)
                streams[x].Bridge(streams[y]);
        }
        for (var i = 0; i < 3; i++)
            Settle(streams);
        Assert.Equal(0, Engine.Totals().Faults);
        streams[0].Bridge(streams[1]);
        WaitFor(() => streams[0].Thread == streams[1].Thread, "the last two met");
    }
}
