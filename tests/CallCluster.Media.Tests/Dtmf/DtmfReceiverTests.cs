using CallCluster.Media.Dtmf;

namespace CallCluster.Media.Tests.Dtmf;

/// <summary>RFC 4733 section 2.5.2: what the receiver makes of what arrives.</summary>
public sealed class DtmfReceiverTests
{
    private DtmfReceiver _receiver;

    private string Receive(params (char Key, uint Timestamp, int Duration, bool End)[] packets)
    {
        var heard = "";
        foreach (var (key, timestamp, duration, end) in packets)
        {
            if (_receiver.Receive(new TelephoneEvent((byte)DtmfDigits.CodeOf(key), end, 10, (ushort)duration), 1, timestamp, out var digit))
                heard += digit;
        }
        return heard;
    }

    [Fact]
    public void A_key_is_told_once_at_its_first_packet() =>
        Assert.Equal("5", Receive(('5', 1000, 160, false), ('5', 1000, 320, false), ('5', 1000, 800, true), ('5', 1000, 800, true), ('5', 1000, 800, true)));

    [Fact]
    public void The_same_key_twice_is_two_keys() =>
        Assert.Equal("55", Receive(('5', 1000, 160, false), ('5', 1000, 800, true), ('5', 2600, 160, false), ('5', 2600, 800, true)));

    [Fact]
    public void A_lost_end_costs_nothing() =>
        Assert.Equal("12", Receive(('1', 1000, 160, false), ('1', 1000, 320, false), ('2', 3000, 160, false)));

    [Fact]
    public void One_end_packet_alone_is_the_key() => Assert.Equal("#", Receive(('#', 1000, 800, true)));

    [Fact]
    public void Late_packets_of_an_earlier_key_are_not_a_new_one() =>
        Assert.Equal("12", Receive(('1', 1000, 160, false), ('2', 3000, 160, false), ('1', 1000, 800, true), ('2', 3000, 800, true), ('1', 1000, 800, true)));

    [Fact]
    public void Updates_after_the_end_are_not_a_new_key() =>
        Assert.Equal("1", Receive(('1', 1000, 160, false), ('1', 1000, 800, true), ('1', 1000, 480, false), ('1', 1000, 800, true)));

    [Fact]
    public void Section_2_5_1_3_segments_of_a_long_press_are_one_key() =>
        Assert.Equal("1", Receive(('1', 1000, 160, false), ('1', 1000, 65_535, false), ('1', 66_535, 160, false), ('1', 66_535, 800, true)));

    [Fact]
    public void Timestamps_wrap() => Assert.Equal("12", Receive(('1', uint.MaxValue - 10, 800, true), ('2', 1590, 160, false)));

    [Fact]
    public void Every_key_has_its_code() =>
        Assert.Equal("0123456789*#ABCD", string.Concat("0123456789*#ABCD".Select((c, i) => Receive((c, 1000 + (uint)i * 1000, 160, false)))));

    [Fact]
    public void Events_that_are_no_keys_are_not_told() => Assert.False(_receiver.Receive(new TelephoneEvent(16, false, 0, 160), 1, 1, out _));

    [Fact]
    public void A_new_ssrc_starts_over()
    {
        Assert.Equal("1", Receive(('1', 1_000_000, 160, false)));
        Assert.True(_receiver.Receive(new TelephoneEvent(2, false, 0, 160), 2, 5, out var digit));
        Assert.Equal('2', digit);
    }
}
