using CallCluster.Media.Codecs;
using CallCluster.Media.Engine;
using CallCluster.Media.Recording;
using CallCluster.Media.Rtp;
using CallCluster.Media.Tests.Recording;
using CallCluster.Media.Wav;

namespace CallCluster.Media.Tests.Engine;

/// <summary>A silence that the peer announced (RFC 3389) is noise wherever its audio is decoded. It is 40 dB below overload here, a root mean square of 328.</summary>
public sealed class RenderedSilenceTests : EngineTest
{
    private const int Noise = 13;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("callcluster-media-");
    private int _frames;

    private string FilePath => Path.Combine(_directory.FullName, "silence.wav");

    private static RtpPacket Silence(int sequence, int timestamp) => new(Noise, (ushort)sequence, (uint)timestamp, 1, [40]);

    private static RtpPacket Speech(int sequence, int timestamp) => new(0, (ushort)sequence, (uint)timestamp, 1, [.. Enumerable.Repeat((byte)sequence, 160)]);

    private static void AssertNoise(ReadOnlySpan<short> samples)
    {
        for (; samples.Length >= 800; samples = samples[800..])
            Assert.InRange(Math.Sqrt(samples[..800].ToArray().Average(sample => (double)sample * sample)), 280, 380);
    }

    private void Say(RtpPeer peer, MediaStream stream, params RtpPacket[] packets)
    {
        foreach (var packet in packets)
        {
            var before = stream.Statistics.PacketsReceived;
            peer.Send(stream.LocalPort, packet);
            WaitFor(() => stream.Statistics.PacketsReceived == before + 1, "the packet is in");
        }
        Settle(stream);
    }

    /// <summary>Alice, who has fallen silent after a frame of speech, in a conversation with bob that is recorded.</summary>
    private (RtpPeer Alice, MediaStream A, RtpPeer Bob, MediaStream B) RecordedConversation()
    {
        var (alice, bob) = (Peer(1), Peer(2));
        var (a, b) = (Open(alice, p => p with { ReceiveComfortNoise = Noise }), Open(bob));
        a.Bridge(b);
        b.RecordConversation(new RecordingOptions { Path = FilePath });
        Settle(a, b);
        Advance(20);
        Say(alice, a, Speech(0, 0));
        Advance(20);
        Say(alice, a, Silence(1, 160));
        return (alice, a, bob, b);
    }

    /// <summary>Time goes on by that many frames of 20 ms; what is heard of each must come before the next.</summary>
    private void Pass(int frames, MediaStream stream, Action<int>? hear = null)
    {
        for (var i = 0; i < frames; i++)
        {
            Advance(20);
            hear?.Invoke(++_frames);
            // Timers fire after what was asked: the third answer comes from a round that began after the tick.
            for (var j = 0; j < 3; j++)
                Settle(stream);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(400)]
    [InlineData(-80)]
    [InlineData(-160)]
    [InlineData(-480)]
    public void In_a_recording_and_a_capture_and_the_speech_after_it_has_its_place(int late)
    {
        var alice = Peer(1);
        var a = Open(alice, p => p with { ReceiveComfortNoise = Noise });
        var capture = new PcmCapture();
        a.Capture(capture);
        a.Record(new RecordingOptions { Path = FilePath });
        Say(alice, a, Speech(0, 0), Speech(1, 160), Silence(2, 320));
        Pass(50, a, frame => WaitFor(() => capture.Count == 320 + frame * 160, "a frame of noise is made"));
        Say(alice, a, Speech(3, 8320 + late));
        // Of speech that comes too late for its place nothing is cut.
        var begins = 8320 + Math.Max(0, late);
        Assert.Equal(begins + 160, capture.Count);
        a.StopRecording();
        Assert.Equal("recorded 0 Stopped", NextTold());
        var file = WavReader.ReadFile(FilePath);
        Assert.Equal(capture.ToArray(), file);
        AssertNoise(file.AsSpan(320, begins - 320));
        Assert.All(file[begins..], sample => Assert.Equal(G711.Decode(3, G711Law.Mu), sample));
        Pass(5, a);
        Assert.Equal(begins + 160, capture.Count);
    }

    [Fact]
    public void After_late_speech_it_begins_later_and_the_speech_after_it_has_its_place_again()
    {
        var alice = Peer(1);
        var a = Open(alice, p => p with { ReceiveComfortNoise = Noise });
        var capture = new PcmCapture();
        a.Capture(capture);
        Say(alice, a, Speech(0, 0), Silence(1, 160));
        Pass(10, a);
        Say(alice, a, Speech(2, 1760 - 480), Speech(3, 1760 - 320));
        Pass(2, a);
        Say(alice, a, Silence(4, 1760 - 160));
        Assert.Equal(1760 + 320, capture.Count);
        Pass(3, a);
        Assert.Equal(1760 + 320, capture.Count);
        Pass(7, a);
        Assert.Equal(1600 + 10 * 160, capture.Count);
        Say(alice, a, Speech(5, 1600 + 10 * 160));
        Assert.Equal(1600 + 11 * 160, capture.Count);
    }

    [Theory]
    [InlineData(160)]
    [InlineData(480)]
    public void Late_speech_goes_to_a_peer_with_another_codec_behind_it(int late)
    {
        var (alice, bob) = (Peer(1), Peer(2, 9));
        var (a, b) = (Open(alice, p => p with { ReceiveComfortNoise = Noise }), Open(bob, p => p with { Codec = MediaCodec.G722 }));
        a.Bridge(b);
        Settle(a, b);
        Say(alice, a, Speech(0, 0), Silence(1, 160));
        Pass(10, a);
        Say(alice, a, Speech(2, 1760 - late), Speech(3, 1920 - late));
        var heard = bob.Receive(13);
        Assert.False(bob.HasPacket);
        for (var i = 1; i < heard.Length; i++)
            Assert.Equal(((ushort)(heard[i - 1].Sequence + 1), heard[i - 1].Timestamp + 160), (heard[i].Sequence, heard[i].Timestamp));
    }

    [Fact]
    public void In_a_recording_that_begins_in_the_midst_of_it()
    {
        var alice = Peer(1);
        var a = Open(alice, p => p with { ReceiveComfortNoise = Noise });
        Say(alice, a, Speech(0, 0), Silence(1, 160));
        Pass(100, a);
        var capture = new PcmCapture();
        a.Capture(capture);
        Settle(a);
        Pass(20, a);
        Say(alice, a, Speech(2, 160 + 120 * 160));
        Assert.Equal(21 * 160, capture.Count);
        AssertNoise(capture.ToArray().AsSpan(0, 20 * 160));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(30)]
    public void For_a_peer_with_another_codec_without_a_hole_in_the_numbers_or_in_time(int milliseconds)
    {
        var (alice, bob) = (Peer(1), Peer(2, 9));
        var (a, b) = (Open(alice, p => p with { ReceiveComfortNoise = Noise }), Open(bob, p => p with { Codec = MediaCodec.G722, PtimeMilliseconds = milliseconds }));
        a.Bridge(b);
        Settle(a, b);
        // Announced once more in the midst of it, and a key is pressed at its end.
        Say(alice, a, Speech(0, 0), Speech(1, 160), Speech(2, 320), Silence(3, 480));
        Pass(27, a);
        Say(alice, a, Silence(4, 480 + 27 * 160));
        Pass(30, a);
        Say(alice, a, RtpPacket.Event('5', 5, 480 + 57 * 160, 160, marker: true, ssrc: 1), Speech(6, 480 + 57 * 160), Speech(7, 480 + 58 * 160), Speech(8, 480 + 59 * 160));
        var heard = bob.Receive(63 * 20 / milliseconds + 1);
        Assert.False(bob.HasPacket);
        for (var i = 1; i < heard.Length; i++)
            Assert.Equal((ushort)(heard[i - 1].Sequence + 1), heard[i].Sequence);
        var audio = heard.Where(packet => packet.PayloadType == 9).ToArray();
        for (var i = 1; i < audio.Length; i++)
            Assert.Equal(audio[i - 1].Timestamp + (uint)audio[i - 1].Payload.Length, audio[i].Timestamp);
        var decoder = new AudioDecoder();
        var samples = audio.SelectMany(packet =>
        {
            var decoded = new short[packet.Payload.Length];
            decoder.Decode(packet.Payload, decoded, MediaCodec.G722);
            return decoded;
        }).ToArray();
        Assert.Equal(63 * 160, samples.Length);
        AssertNoise(samples.AsSpan(800, 55 * 160));
        Assert.Equal(0, a.Statistics.PacketsLost);
    }

    [Fact]
    public void In_a_conversation_that_is_recorded_and_the_peer_with_the_same_codec_is_sent_nothing()
    {
        var (alice, a, bob, b) = RecordedConversation();
        Pass(150, a);
        Advance(20);
        Say(alice, a, Speech(2, 160 + 151 * 160));
        b.StopRecordingConversation();
        Assert.Equal("recorded 0 Stopped", NextTold());
        var (left, right) = StereoFile.Read(FilePath);
        Assert.All(left, sample => Assert.Equal(0, sample));
        AssertNoise(right.AsSpan(200, 150 * 160));
        Assert.Equal([0, 0], bob.Receive(2).Select(p => p.PayloadType));
        Assert.False(bob.HasPacket);
    }

    [Fact]
    public void In_a_conversation_that_is_recorded_late_speech_has_its_own_place()
    {
        var (alice, a, _, b) = RecordedConversation();
        Pass(51, a);
        Say(alice, a, Speech(2, 8320 - 480), Speech(3, 8320 - 320), Speech(4, 8320 - 160));
        b.StopRecordingConversation();
        Assert.Equal("recorded 0 Stopped", NextTold());
        var right = StereoFile.Read(FilePath).Right;
        int[] begins = [.. Enumerable.Range(2, 3).Select(frame => Array.IndexOf(right, G711.Decode((byte)frame, G711Law.Mu)))];
        Assert.Equal([begins[0], begins[0] + 160, begins[0] + 320], begins);
        Assert.Equal(160, right.Count(sample => sample == G711.Decode(4, G711Law.Mu)));
    }

    [Fact]
    public void It_ends_with_the_peer_who_announced_it()
    {
        var (alice, bob) = (Peer(1), Peer(2));
        var a = Open(alice, p => p with { ReceiveComfortNoise = Noise });
        var capture = new PcmCapture();
        a.Capture(capture);
        Settle(a);
        Say(alice, a, Silence(0, 0));
        Pass(5, a);
        Assert.Equal(800, capture.Count);
        a.Configure(new MediaStreamParameters { Remote = bob.Address, ReceiveComfortNoise = Noise });
        Settle(a);
        Pass(5, a);
        Assert.Equal(800, capture.Count);
    }
}
