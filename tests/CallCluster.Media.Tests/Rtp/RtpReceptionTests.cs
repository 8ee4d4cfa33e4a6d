using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Rtp;

public sealed class RtpReceptionTests
{
    private static RtpHeader Packet(int sequence, uint timestamp = 0, uint ssrc = 1) => new(0, false, (ushort)sequence, timestamp, ssrc);

    [Fact]
    public void A_1_the_sequence_number_wraps_into_the_next_cycle()
    {
        var reception = default(RtpReception);
        for (var i = 65530; i < 65550; i++)
            Assert.True(reception.Receive(Packet(i), 0, measureJitter: false));
        Assert.Equal(0x1_0000u + 13, reception.ExtendedHighest);
        Assert.Equal((20, 0), (reception.Received, reception.Lost));
    }

    [Fact]
    public void A_1_a_lone_jump_is_refused_and_a_confirmed_one_accepted_as_a_restart()
    {
        var reception = default(RtpReception);
        reception.Receive(Packet(100), 0, false);
        Assert.False(reception.Receive(Packet(40_000), 0, false));
        Assert.True(reception.Receive(Packet(101), 0, false));
        Assert.False(reception.Receive(Packet(50_000), 0, false));
        Assert.True(reception.Receive(Packet(50_001), 0, false));
        Assert.Equal(50_001u, reception.ExtendedHighest);
        Assert.Equal(0, reception.Lost);
    }

    [Fact]
    public void A_3_loss_is_expected_less_received_and_the_fraction_counts_since_the_last_report()
    {
        var reception = default(RtpReception);
        for (var i = 0; i < 10; i++)
            reception.Receive(Packet(i), 0, false);
        Assert.Equal(0, reception.TakeFractionLost());
        for (var i = 10; i < 20; i += 2)
            reception.Receive(Packet(i), 0, false);
        // 9 expected since (10 to 18), 5 received.
        Assert.Equal(4, reception.Lost);
        Assert.Equal(4 * 256 / 9, reception.TakeFractionLost());
        Assert.Equal(0, reception.TakeFractionLost());
    }

    [Fact]
    public void A_3_duplicates_make_loss_negative_and_late_packets_make_it_good()
    {
        var reception = default(RtpReception);
        foreach (var sequence in (int[])[0, 1, 3, 2, 4, 4])
            reception.Receive(Packet(sequence), 0, false);
        Assert.Equal(-1, reception.Lost);
        Assert.Equal(1, reception.OutOfOrder);
    }

    [Fact]
    public void A_8_jitter_is_a_sixteenth_of_each_change_in_transit()
    {
        var reception = default(RtpReception);
        reception.Receive(Packet(0, 0), 1000, true);
        Assert.Equal(0u, reception.Jitter);
        // Transit grows by 160 once, then stays: J = 160/16 = 10, then decays by a sixteenth.
        reception.Receive(Packet(1, 160), 1000 + 320, true);
        Assert.Equal(10u, reception.Jitter);
        reception.Receive(Packet(2, 320), 1000 + 480, true);
        Assert.InRange(reception.Jitter, 9u, 9u);
    }

    [Fact]
    public void A_8_a_steady_stream_has_no_jitter_and_a_new_timeline_is_none()
    {
        var reception = default(RtpReception);
        for (var i = 0; i < 50; i++)
            reception.Receive(Packet(i, (uint)i * 160), (uint)i * 160 + 77, true);
        reception.Receive(Packet(50, 5_000_000), 50 * 160, true);
        Assert.Equal(0u, reception.Jitter);
    }

    [Fact]
    public void A_new_ssrc_keeps_the_totals()
    {
        var reception = default(RtpReception);
        reception.Receive(Packet(0), 0, false);
        reception.Receive(Packet(2), 0, false);
        reception.Receive(Packet(60_000, ssrc: 2), 0, false);
        Assert.Equal((3, 1, 2u), (reception.Received, reception.Lost, reception.Ssrc));
    }
}
