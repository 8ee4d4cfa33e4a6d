using CallCluster.Media.Codecs;
using CallCluster.Media.Jitter;
using CallCluster.Media.Prompts;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Jitter;

/// <summary>Concealment in the manner of ITU-T G.711 appendix I.</summary>
public sealed class AudioReceptionTests
{
    private const int Frame = 160;
    private readonly AudioReception _reception = new();

    [Fact]
    public void A_lost_packet_in_a_steady_sound_is_hardly_heard()
    {
        short[] tone = [.. Enumerable.Range(0, 20 * Frame).Select(i => (short)(8000 * Math.Sin(2 * Math.PI * 160 * i / 8000) + 4000 * Math.Sin(2 * Math.PI * 480 * i / 8000)))];
        var heard = Hear(tone, lost: i => i == 10);
        Assert.Equal(tone.Length, heard.Length);
        double error = 0, energy = 0;
        for (var i = 10 * Frame; i < 12 * Frame; i++)
        {
            error += Math.Pow(heard[i] - tone[i], 2);
            energy += Math.Pow(tone[i], 2);
        }
        // Silence instead would be an error of a half.
        Assert.InRange(error / energy, 0, 0.05);
    }

    [Fact]
    public void A_long_loss_fades_to_silence_within_60_ms_and_comes_back_without_a_click()
    {
        var speech = Tones.Mix(TimeSpan.FromSeconds(1), 0.3, 200, 700);
        var heard = Hear(speech, lost: i => i is >= 20 and < 26);
        Assert.Equal(speech.Length, heard.Length);
        Assert.Contains(heard[(20 * Frame)..(21 * Frame)], s => Math.Abs((int)s) > 3000);
        Assert.All(heard[(20 * Frame + 480)..(26 * Frame)], s => Assert.Equal(0, s));
        Assert.Equal(0, heard[26 * Frame], 1000.0);
    }

    [Fact]
    public void A_pause_is_no_loss()
    {
        Add(1, 0, new short[Frame]);
        Add(2, 8000, new short[Frame]);
        Assert.Equal([(1, 0u, Frame), (2, 8000u, Frame)], Taken());
    }

    [Fact]
    public void Telephone_events_between_are_no_loss()
    {
        Add(1, 0, new short[Frame]);
        for (ushort i = 2; i < 8; i++)
            _reception.Add(new RtpHeader(101, false, i, 160, 1), default, default);
        Add(8, 160 + 1280, new short[Frame]);
        Assert.Equal([(1, 0u, Frame), (8, 1440u, Frame)], Taken());
    }

    [Fact]
    public void An_announced_silence_is_noise_as_long_as_it_is_asked_for_and_joins_the_speech_after_it()
    {
        Add(1, 0, new short[Frame]);
        Announce(2, 160);
        Assert.Equal([(1, 0u, Frame)], Taken());
        Assert.Equal([(3, 160u, Frame), (3, 320u, Frame), (3, 480u, Frame)], Noise(3));
        // Two frames and a half come before the clock would have asked for them.
        Add(3, 640 + 400, new short[Frame]);
        Assert.Equal([(3, 640u, Frame), (3, 800u, Frame), (3, 960u, 80), (3, 1040u, Frame)], Taken());
        Assert.Empty(Noise(1));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(160)]
    [InlineData(480)]
    [InlineData(1600)]
    public void Speech_that_is_later_than_the_noise_goes_behind_it_whole_and_catches_up_in_the_next_pause(int late)
    {
        Announce(1, 0);
        Assert.Empty(Taken());
        Assert.Equal(10, Noise(10).Count());
        Add(2, (uint)(1600 - late), new short[Frame]);
        Add(3, (uint)(1760 - late), new short[Frame]);
        Assert.Equal([(2, 1600u, Frame), (3, 1760u, Frame)], Taken());
        Assert.Equal((uint)late, _reception.Behind);
        Announce(4, (uint)(1920 - late));
        Assert.Empty(Taken());
        Assert.Equal(Frame + late, _reception.FirstNoiseDue);
        Assert.Equal([(5, 1920u, Frame)], Noise(1));
        // In time: the noise began later by what the speech was late.
        Add(5, 2080, new short[Frame]);
        Add(6, 2240, new short[Frame]);
        Assert.Equal([(5, 2080u, Frame), (6, 2240u, Frame)], Taken());
        Assert.Equal(0u, _reception.Behind);
    }

    [Fact]
    public void Speech_that_is_late_again_is_not_put_off_further()
    {
        Announce(1, 0);
        Assert.Empty(Taken());
        Assert.Equal(5, Noise(5).Count());
        Add(2, 320, new short[Frame]);
        Announce(3, 480);
        Assert.Equal([(2, 800u, Frame)], Taken());
        Assert.Equal([(4, 960u, Frame), (4, 1120u, Frame)], Noise(2));
        Add(4, 800, new short[Frame]);
        Assert.Equal([(4, 1280u, Frame)], Taken());
        Assert.Equal(480u, _reception.Behind);
    }

    [Fact]
    public void Late_speech_catches_up_in_a_pause_that_was_not_announced_but_not_where_packets_are_lost()
    {
        Announce(1, 0);
        Assert.Empty(Taken());
        Assert.Equal(5, Noise(5).Count());
        Add(2, 320, new short[Frame]);
        Assert.Equal([(2, 800u, Frame)], Taken());
        Add(4, 640, new short[Frame]);
        Add(5, 800, new short[Frame]);
        Assert.Equal([(3, 960u, Frame), (4, 1120u, Frame), (5, 1280u, Frame)], Taken());
        Add(6, 1040, new short[Frame]);
        Assert.Equal([(6, 1440u, Frame)], Taken());
        Add(7, 4000, new short[Frame]);
        Assert.Equal([(7, 4000u, Frame)], Taken());
    }

    [Fact]
    public void Another_source_is_not_behind()
    {
        Announce(1, 0);
        Assert.Empty(Taken());
        Assert.Equal(5, Noise(5).Count());
        Add(2, 320, new short[Frame]);
        Assert.Equal([(2, 800u, Frame)], Taken());
        Assert.True(_reception.Add(new RtpHeader(0, false, 100, 7000, 2, PayloadLength: Frame), new byte[Frame], MediaCodec.Pcmu));
        Assert.Equal([(100, 7000u, Frame)], Taken());
    }

    [Fact]
    public void A_silence_that_is_announced_again_and_late_takes_back_no_noise()
    {
        Announce(1, 0);
        Assert.Empty(Taken());
        Assert.Equal(10, Noise(10).Count());
        Announce(2, 800);
        Assert.Empty(Taken());
        Assert.Equal([(3, 1600u, Frame)], Noise(1));
    }

    [Fact]
    public void Behind_a_lost_packet_a_silence_begins_when_it_is_asked_for()
    {
        Add(1, 0, new short[Frame]);
        Announce(3, 320);
        Assert.Equal([(1, 0u, Frame)], Taken());
        Assert.Empty(Noise(1));
        Assert.False(_reception.TryNext(out _, out _, giveUp: true));
        Assert.Equal([(4, 160u, Frame)], Noise(1));
    }

    [Fact]
    public void A_silence_of_nothing_that_could_be_heard_is_silence()
    {
        Announce(1, 0, level: 127);
        Assert.Empty(Taken());
        Assert.Empty(Noise(1));
    }

    private void Announce(ushort sequence, uint timestamp, byte level = 40) => _reception.AddNoise(new RtpHeader(13, false, sequence, timestamp, 1), level);

    private IEnumerable<(int Sequence, uint Timestamp, int Samples)> Noise(int frames)
    {
        List<(int, uint, int)> made = [];
        for (var i = 0; i < frames && _reception.TryNextNoise(out var samples, out var frame); i++)
        {
            // 40 dB below overload is a root mean square of 328.
            Assert.InRange(Math.Sqrt(samples.ToArray().Average(sample => (double)sample * sample)), 250, 400);
            Assert.True(_reception.GaveNoise);
            made.Add((frame.Sequence, frame.Timestamp, samples.Length));
        }
        return made;
    }

    private short[] Hear(short[] audio, Func<int, bool> lost)
    {
        List<short> heard = [];
        for (var i = 0; i < audio.Length / Frame; i++)
        {
            if (!lost(i))
                Add((ushort)i, (uint)(i * Frame), audio.AsSpan(i * Frame, Frame));
            while (_reception.TryNext(out var samples, out var frame))
            {
                var gap = (int)frame.Timestamp - heard.Count;
                heard.AddRange(new short[gap]);
                heard.AddRange(samples.ToArray());
            }
        }
        return [.. heard];
    }

    private void Add(ushort sequence, uint timestamp, ReadOnlySpan<short> samples)
    {
        var codes = new byte[samples.Length];
        G711.Encode(samples, codes, G711Law.Mu);
        Assert.True(_reception.Add(new RtpHeader(0, false, sequence, timestamp, 1, PayloadLength: samples.Length), codes, MediaCodec.Pcmu));
    }

    private IEnumerable<(int Sequence, uint Timestamp, int Samples)> Taken()
    {
        List<(int, uint, int)> taken = [];
        while (_reception.TryNext(out var samples, out var frame))
            taken.Add((frame.Sequence, frame.Timestamp, samples.Length));
        return taken;
    }
}
