using CallCluster.Media.Codecs;
using CallCluster.Media.Comparison;
using CallCluster.Media.Prompts;
using CallCluster.Media.Recording;
using CallCluster.Media.Tests.Engine;
using CallCluster.Media.Wav;

namespace CallCluster.Media.Tests.Recording;

public sealed class RecordingTests : EngineTest
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("callcluster-media-");

    private string PathOf(string name) => Path.Combine(_directory.FullName, name);

    private static short[] Decoded(IEnumerable<byte> codes, G711Law law = G711Law.Mu) => [.. codes.Select(c => G711.Decode(c, law))];

    [Theory]
    [InlineData(RecordingFormat.Pcm16, G711Law.Mu)]
    [InlineData(RecordingFormat.G711, G711Law.Mu)]
    [InlineData(RecordingFormat.G711, G711Law.A)]
    public void What_the_peer_says_is_in_the_file_sample_by_sample(RecordingFormat format, G711Law law)
    {
        using var alice = Peer(payloadType: (int)law);
        var a = Open(alice, p => p with { Codec = (MediaCodec)law });
        a.Record(new RecordingOptions { Path = PathOf("a.wav"), Format = format, RecordingId = 5 });
        Settle(a);
        List<byte> said = [];
        for (var i = 0; i < 25; i++)
            said.AddRange(alice.SendAudio(a.LocalPort).Payload);
        WaitFor(() => a.Statistics.PacketsReceived == 25, "all packets are in");
        a.StopRecording();
        Assert.Equal("recorded 5 Stopped", NextTold());
        Assert.Equal(new RecordingResult(5, PathOf("a.wav"), TimeSpan.FromMilliseconds(500), RecordingEnd.Stopped), Assert.Single(Results));
        Assert.Equal(Decoded(said, law), WavReader.ReadFile(PathOf("a.wav")));
    }

    [Fact]
    public void G722_is_decoded_into_the_file()
    {
        var speech = Tones.Babble(TimeSpan.FromSeconds(2), seed: 11);
        var said = Prompt.FromPcm("speech", speech).Encoded(MediaCodec.G722);
        var alice = Peer(payloadType: 9);
        var a = Open(alice, p => p with { Codec = MediaCodec.G722 });
        a.Record(new RecordingOptions { Path = PathOf("wide.wav") });
        Settle(a);
        for (var at = 0; at < said.Length; at += 160)
            alice.SendAudio(a.LocalPort, said.Slice(at, 160).ToArray());
        WaitFor(() => a.Statistics.PacketsReceived == 100, "all packets are in");
        a.StopRecording();
        Assert.Equal("recorded 0 Stopped", NextTold());
        Assert.True(AudioComparison.Compare(speech, WavReader.ReadFile(PathOf("wide.wav"))).IsIntact);
    }

    [Fact]
    public void Packets_in_disorder_are_put_in_order_duplicates_are_not_heard_twice_and_a_pause_is_silence_of_its_length()
    {
        using var alice = Peer();
        var a = Open(alice);
        a.Record(new RecordingOptions { Path = PathOf("gap.wav") });
        Settle(a);
        byte[] loud = [.. Enumerable.Repeat((byte)0x10, 160)];
        foreach (var (sequence, timestamp) in (ReadOnlySpan<(int, int)>)[(1, 0), (2, 160), (2, 160), (4, 480), (3, 320), (5, 640)])
            alice.Send(a.LocalPort, new RtpPacket(0, (ushort)sequence, (uint)timestamp, 1, loud));
        WaitFor(() => a.Statistics.PacketsReceived == 6, "all packets are in");
        Advance(5000);
        alice.Send(a.LocalPort, new RtpPacket(0, 6, 640 + 40_000, 1, loud));
        WaitFor(() => a.Statistics.PacketsReceived == 7, "the last packet is in");
        a.StopRecording();
        Assert.Equal("recorded 0 Stopped", NextTold());
        var samples = WavReader.ReadFile(PathOf("gap.wav"));
        Assert.Equal(40_800, samples.Length);
        var value = G711.Decode(0x10, G711Law.Mu);
        Assert.All(samples[..800], s => Assert.Equal(value, s));
        Assert.All(samples[800..40_640], s => Assert.Equal(0, s));
        Assert.All(samples[40_640..], s => Assert.Equal(value, s));
    }

    [Fact]
    public void The_file_is_valid_after_each_second_whatever_happens_then()
    {
        using var alice = Peer();
        var a = Open(alice);
        a.Record(new RecordingOptions { Path = PathOf("crash.wav") });
        Settle(a);
        for (var i = 0; i < 10; i++)
            alice.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == 10, "all packets are in");
        WaitFor(() => File.Exists(PathOf("crash.wav")), "the file is there");
        Advance(1000);
        WaitFor(() => WavReader.ReadFile(PathOf("crash.wav")).Length == 1600, "the first second is flushed");
        var head = File.ReadAllBytes(PathOf("crash.wav"));
        Assert.Equal(head.Length - 8, BitConverter.ToInt32(head, 4));
        Assert.Equal(3200, BitConverter.ToInt32(head, 40));
        AssertNothingTold();
    }

    [Fact]
    public void It_ends_at_its_greatest_length_to_the_sample()
    {
        using var alice = Peer();
        var a = Open(alice);
        a.Record(new RecordingOptions { Path = PathOf("max.wav"), MaxLength = TimeSpan.FromMilliseconds(50) });
        Settle(a);
        for (var i = 0; i < 5; i++)
            alice.SendAudio(a.LocalPort);
        Assert.Equal("recorded 0 MaxLength", NextTold());
        Assert.Equal(400, WavReader.ReadFile(PathOf("max.wav")).Length);
    }

    [Fact]
    public void It_ends_at_its_greatest_length_by_the_clock_when_the_peer_says_nothing()
    {
        using var alice = Peer();
        var a = Open(alice);
        a.Record(new RecordingOptions { Path = PathOf("silent.wav"), MaxLength = TimeSpan.FromSeconds(60) });
        Settle(a);
        Advance(59_000);
        Settle(a);
        AssertNothingTold();
        Advance(1010);
        Assert.Equal("recorded 0 MaxLength", NextTold());
        Assert.Empty(WavReader.ReadFile(PathOf("silent.wav")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_ends_when_nothing_is_said_and_keeps_half_a_second_of_that(bool sendsSilence)
    {
        using var alice = Peer();
        var a = Open(alice);
        a.Record(new RecordingOptions { Path = PathOf("quiet.wav"), MaxLength = TimeSpan.FromSeconds(60), MaxSilence = TimeSpan.FromSeconds(3) });
        Settle(a);
        byte[] loud = [.. Enumerable.Repeat((byte)0x10, 160)], quiet = [.. Enumerable.Repeat((byte)0xF8, 160)];
        var sent = 0;
        void Say(byte[] frame, int count)
        {
            for (var i = 0; i < count; i++)
            {
                alice.Send(a.LocalPort, new RtpPacket(0, (ushort)++sent, (uint)(sent * 160), 1, frame));
                WaitFor(() => a.Statistics.PacketsReceived == sent, "the packet is in");
                Advance(20);
            }
        }

        Say(quiet, 100); // a while to think
        Say(loud, 50);
        if (sendsSilence) Say(quiet, 140);
        else Advance(2800);
        Settle(a);
        AssertNothingTold();
        Advance(300);
        Assert.Equal("recorded 0 Silence", NextTold());
        var kept = WavReader.ReadFile(PathOf("quiet.wav"));
        Assert.Equal((150 * 160) + (sendsSilence ? 4000 : 0), kept.Length);
        Assert.All(kept[(100 * 160)..(150 * 160)], sample => Assert.True(Math.Abs((int)sample) > 128));
    }

    [Fact]
    public void A_caller_who_hangs_up_leaves_a_whole_file()
    {
        using var alice = Peer();
        var a = Open(alice);
        a.Record(new RecordingOptions { Path = PathOf("hangup.wav") });
        Settle(a);
        var said = alice.SendAudio(a.LocalPort).Payload;
        WaitFor(() => a.Statistics.PacketsReceived == 1, "the packet is in");
        a.Dispose();
        Assert.Equal("recorded 0 StreamClosed", NextTold());
        Assert.Equal(Decoded(said), WavReader.ReadFile(PathOf("hangup.wav")));
    }

    [Fact]
    public void A_new_recording_ends_the_one_before()
    {
        using var alice = Peer();
        var a = Open(alice);
        a.Record(new RecordingOptions { Path = PathOf("1.wav"), RecordingId = 1 });
        a.Record(new RecordingOptions { Path = PathOf("2.wav"), RecordingId = 2 });
        Assert.Equal("recorded 1 Stopped", NextTold());
        a.StopRecording();
        Assert.Equal("recorded 2 Stopped", NextTold());
    }

    [Theory]
    [InlineData("missing/a.wav")]
    [InlineData(".")]
    public void A_file_that_cannot_be_made_is_told_with_the_reason_and_the_call_goes_on(string name)
    {
        using var alice = Peer();
        using var bob = Peer(2);
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        a.Record(new RecordingOptions { Path = PathOf(name), RecordingId = 8 });
        Assert.Equal("recorded 8 Failed", NextTold());
        Assert.Contains(_directory.FullName, Assert.Single(Results).Error, StringComparison.Ordinal);
        var sent = alice.SendAudio(a.LocalPort);
        Assert.Equal(sent.Payload, bob.Receive().Payload);
        Assert.Equal(1, Engine.Totals().RecordingsFailed);
        a.StopRecording();
        Settle(a);
        AssertNothingTold();
    }

    [Fact]
    public void A_full_disk_is_told_with_the_reason_and_the_call_goes_on()
    {
        if (!File.Exists("/dev/full"))
            Assert.Skip("/dev/full is a Linux device.");
        using var alice = Peer();
        using var bob = Peer(2);
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        a.Record(new RecordingOptions { Path = "/dev/full" });
        Assert.Equal("recorded 0 Failed", NextTold());
        Assert.False(string.IsNullOrEmpty(Assert.Single(Results).Error));
        var sent = alice.SendAudio(a.LocalPort);
        Assert.Equal(sent.Payload, bob.Receive().Payload);
    }

    [Fact]
    public void An_engine_that_closes_finishes_its_recordings()
    {
        using var alice = Peer();
        var a = Open(alice);
        a.Record(new RecordingOptions { Path = PathOf("close.wav") });
        Settle(a);
        alice.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == 1, "the packet is in");
        Engine.Dispose();
        Assert.Equal(160, WavReader.ReadFile(PathOf("close.wav")).Length);
        Assert.Equal("recorded 0 StreamClosed", NextTold());
    }

    [Fact]
    public async Task A_capture_holds_the_same_samples_in_memory_up_to_its_length()
    {
        using var alice = Peer();
        var a = Open(alice);
        var capture = new PcmCapture(TimeSpan.FromMilliseconds(50));
        a.Capture(capture);
        Settle(a);
        List<byte> said = [];
        for (var i = 0; i < 4; i++)
            said.AddRange(alice.SendAudio(a.LocalPort).Payload);
        await capture.WaitAsync(400, TestContext.Current.CancellationToken);
        WaitFor(() => a.Statistics.PacketsReceived == 4, "all packets are in");
        Assert.Equal(Decoded(said)[..400], capture.ToArray());
        Assert.Equal(240, capture.ToArray(160).Length);
    }

    [Fact]
    public void A_ring_that_is_full_refuses_and_goes_on_when_there_is_room()
    {
        var ring = new FrameRing(400);
        var frame = Enumerable.Range(0, 160).Select(i => (short)(i * 100)).ToArray();
        var samples = new short[160];
        for (var round = 0; round < 50; round++)
        {
            Assert.True(ring.TryWrite(round * 70_000, frame));
            Assert.True(ring.TryWrite(0, frame.AsSpan(0, 100)));
            Assert.False(ring.TryWrite(0, frame));
            Assert.True(ring.TryRead(samples, out var gap, out var length));
            Assert.Equal((round * 70_000, 160), (gap, length));
            Assert.Equal(frame, samples);
            Assert.True(ring.TryRead(samples, out _, out length));
            Assert.Equal(100, length);
            Assert.False(ring.TryRead(samples, out _, out _));
        }
    }
}
