using CallCluster.Media.Mixing;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Mixing;

public class PlayoutBufferTests
{
    private const int Frame = PlayoutBuffer.Frame;
    private readonly PlayoutBuffer _buffer = new();
    private readonly short[] _read = new short[Frame];
    private uint _timestamp;
    private short _number;

    private void Write(int length = Frame)
    {
        _buffer.Write(new RtpHeader(0, false, 0, _timestamp, 1, PayloadLength: length), [.. Enumerable.Repeat(++_number, length)]);
        _timestamp += (uint)length;
    }

    /// <summary>The numbers of the packets in the next 20 ms; 0 is silence, null nothing at all.</summary>
    private short[]? Read() => _buffer.TryRead(_read) ? [.. _read.Distinct()] : null;

    [Fact]
    public void It_holds_20_ms_back_and_gives_nothing_when_it_is_empty()
    {
        Assert.Null(Read());
        Write();
        Assert.Equal([0], Read());
        Write();
        Assert.Equal([1], Read());
        Assert.Equal([2], Read());
        Assert.Null(Read());
    }

    [Theory]
    [InlineData(80)]
    [InlineData(240)]
    [InlineData(480)]
    public void Packets_of_other_lengths_come_out_whole_and_in_order(int length)
    {
        List<short> heard = [];
        for (var (ms, written) = (20, 0); ms <= 2400; ms += 20)
        {
            for (; written + length <= ms * 8; written += length)
                Write(length);
            if (_buffer.TryRead(_read))
                heard.AddRange(_read);
        }
        var from = heard.FindIndex(sample => sample == 1);
        Assert.InRange(from, Frame, 2 * Frame);
        for (var i = from; i < heard.Count; i++)
            Assert.Equal((i - from) / length + 1, heard[i]);
    }

    [Fact]
    public void Who_is_late_is_waited_for_longer_afterwards_and_a_pause_is_not_taken_for_that()
    {
        Write();
        Read();
        Read();
        Assert.Null(Read());
        // It follows the one before without a pause, so it was late.
        Write();
        Write();
        Assert.Equal([0], Read());
        Assert.Equal([0, 2], Read());
        for (var i = 0; i < 3; i++)
            Read();
        _timestamp += 8000;
        Write();
        Assert.Equal([0], Read());
        Assert.Equal([0, 4], Read());
    }

    [Fact]
    public void What_a_burst_left_behind_is_given_up_after_a_second()
    {
        for (var i = 0; i < 10; i++)
            Write();
        var held = 0;
        for (var i = 0; i < 60; i++)
        {
            Read();
            held = _buffer.Level;
            Write();
        }
        Assert.InRange(held, Frame, 2 * Frame);
    }

    [Theory]
    [InlineData(1.001)]
    [InlineData(0.999)]
    public void A_peer_whose_clock_runs_wrong_is_neither_delayed_more_and_more_nor_torn(double speed)
    {
        var (written, silent) = (0, 0);
        for (var tick = 1; tick <= 50 * 600; tick++)
        {
            for (; written * Frame < tick * Frame * speed; written++)
                Write();
            if (!_buffer.TryRead(_read) || _read.Contains((short)0))
                silent++;
            Assert.InRange(_buffer.Level, 0, 5 * Frame);
        }
        // A slow clock runs the buffer dry now and then, 0.6 s in ten minutes.
        Assert.InRange(silent, 1, 120);
    }

    [Fact]
    public void More_than_half_a_second_at_once_loses_the_oldest()
    {
        for (var i = 0; i < 50; i++)
            Write();
        Assert.Equal(4096, _buffer.Level);
        for (var i = 0; i < 25; i++)
            Read();
        Assert.Equal([50], Read()!.Where(number => number > 0).TakeLast(1));
    }

    [Fact]
    public void Noise_is_heard_from_its_announcement_until_speech_goes_on()
    {
        _buffer.BeginNoise(40);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(_buffer.TryRead(_read));
            Assert.InRange(_read.Max(sample => Math.Abs((int)sample)), 300, 600);
        }
        Write();
        Assert.Equal([0], Read());
        Assert.Equal([1], Read());
        Assert.Null(Read());
        _buffer.BeginNoise(127);
        Assert.Null(Read());
    }
}
