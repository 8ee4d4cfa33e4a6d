using CallCluster.Media.Codecs;
using CallCluster.Media.Jitter;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Jitter;

public sealed class JitterBufferTests
{
    private readonly JitterBuffer _buffer = new();

    [Fact]
    public void What_comes_in_order_passes_at_once() => Assert.Equal("1 2 3 4", Arrive(1, 2, 3, 4));

    [Fact]
    public void Two_that_changed_places_are_put_right_and_none_comes_twice() => Assert.Equal("1 2 3 4", Arrive(1, 3, 2, 2, 3, 4));

    [Fact]
    public void What_is_lost_is_given_up_when_two_have_come_after_it() => Assert.Equal("1 -3 4", Arrive(1, 3, 4));

    [Fact]
    public void It_waits_longer_once_packets_have_come_later_and_less_again_when_they_no_longer_do()
    {
        Assert.Equal("1 -3 4 5", Arrive(1, 3, 4, 5, 2));
        Assert.Equal(3, _buffer.Depth);
        Assert.Equal("6 7 8 9 10 11", Arrive(6, 8, 9, 10, 7, 11));
        for (var i = 12; i < 1100; i++)
            Arrive(i);
        Assert.Equal(1, _buffer.Depth);
    }

    [Fact]
    public void The_numbers_wrap_around() => Assert.Equal("65534 65535 0 1", Arrive(65534, 0, 65535, 1));

    [Fact]
    public void A_new_source_or_a_long_gap_begins_anew()
    {
        Assert.Equal("1 2 500 501", Arrive(1, 2, 500, 501));
        Assert.True(_buffer.Add(new RtpHeader(0, false, 7, 0, 99, PayloadLength: 1), [7], MediaCodec.Pcmu));
        Assert.True(_buffer.TryTake(out var header, out _, out _, out var lost));
        Assert.Equal((7, 0), (header.Sequence, lost));
    }

    [Fact]
    public void A_payload_beyond_120_ms_is_refused() =>
        Assert.False(_buffer.Add(new RtpHeader(0, false, 7, 0, 1, PayloadLength: 961), new byte[961], MediaCodec.Pcmu));

    private string Arrive(params int[] sequences)
    {
        List<string> taken = [];
        foreach (var sequence in sequences)
        {
            _buffer.Add(new RtpHeader(0, false, (ushort)sequence, (uint)sequence, 1, PayloadLength: 1), [(byte)sequence], MediaCodec.Pcmu);
            while (_buffer.TryTake(out var header, out _, out var payload, out var lost))
            {
                Assert.Equal((byte)header.Sequence, Assert.Single(payload.ToArray()));
                taken.Add($"{(lost > 0 ? "-" : "")}{header.Sequence}");
            }
        }
        return string.Join(' ', taken);
    }
}
