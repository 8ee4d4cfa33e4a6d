using CallCluster.Media.Engine;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Engine;

public sealed class PortTests : EngineTest
{
    /// <summary>A range in which exactly <paramref name="pairs"/> pairs are free now, found by asking the system.</summary>
    private static (int Min, int Max) FreeRange(int pairs)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var pool = new RtpPortPool(System.Net.IPAddress.Loopback, 0, 0);
            var (rtp, rtcp) = pool.Take();
            var min = rtp.Port;
            pool.Return(rtp, rtcp);
            if (min + pairs * 2 > 65_535)
                continue;
            var range = new RtpPortPool(System.Net.IPAddress.Loopback, min, min + pairs * 2 - 1);
            List<(DatagramSocket, DatagramSocket)> taken = [];
            try
            {
                for (var i = 0; i < pairs; i++)
                    taken.Add(range.Take());
                return (min, min + pairs * 2 - 1);
            }
            catch (NoPortAvailableException)
            {
            }
            finally
            {
                taken.ForEach(t => range.Return(t.Item1, t.Item2));
            }
        }
        throw new InvalidOperationException("No free range was found.");
    }

    [Fact]
    public void Rfc_3550_section_11_ports_are_even_and_a_full_range_says_so()
    {
        var (min, max) = FreeRange(3);
        Options = Options with { PortMin = min - 1, PortMax = max };
        var ports = Enumerable.Range(0, 3).Select(_ => Engine.Open(this).LocalPort).ToArray();
        Assert.Equal([min, min + 2, min + 4], ports);
        var full = Assert.Throws<NoPortAvailableException>(() => Engine.Open(this));
        Assert.Contains($"{min}-{max}", full.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10_000, 10_000)]
    [InlineData(10_001, 10_002)]
    [InlineData(20_000, 10_000)]
    [InlineData(0, 10_000)]
    [InlineData(65_000, 70_000)]
    public void A_range_without_a_pair_is_refused(int min, int max) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RtpPortPool(System.Net.IPAddress.Loopback, min, max));

    [Fact]
    public void A_port_nobody_sends_to_is_free_after_half_a_second()
    {
        var (min, max) = FreeRange(1);
        Options = Options with { PortMin = min, PortMax = max };
        var a = Engine.Open(this);
        a.Dispose();
        WaitFor(() => Engine.OpenStreams == 0, "the stream is closed");
        Assert.Throws<NoPortAvailableException>(() => Engine.Open(this));
        Advance(499);
        Settle(a);
        Assert.Equal(1, Engine.Totals().PortsResting);
        Advance(2);
        WaitFor(() => Engine.Totals().PortsInUse == 0, "the port is free");
        Assert.Equal(min, Engine.Open(this).LocalPort);
    }

    [Fact]
    public void A_port_in_mid_stream_rests_until_thirty_seconds_after_its_last_packet()
    {
        var alice = Peer();
        var a = Open(alice);
        alice.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == 1, "the packet is in");
        a.Dispose();
        WaitFor(() => Engine.OpenStreams == 0, "the stream is closed");
        Advance(20_000);
        alice.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Resting, 1);
        Advance(29_000);
        Settle(a);
        Assert.Equal(1, Engine.Totals().PortsResting);
        Advance(1010);
        WaitFor(() => Engine.Totals().PortsInUse == 0, "the port is free");
        Assert.Equal(0, Engine.Totals().PortsResting);
    }

    [Fact]
    public void A_stranger_cannot_keep_a_port_from_the_next_call()
    {
        var (alice, attacker) = (Peer(), Peer(666));
        var a = Open(alice);
        alice.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == 1, "the packet is in");
        a.Dispose();
        WaitFor(() => Engine.OpenStreams == 0, "the stream is closed");
        Advance(20_000);
        attacker.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Resting, 1);
        Advance(10_010);
        WaitFor(() => Engine.Totals().PortsInUse == 0, "the port is free 30 s after the peer's last packet");
    }

    [Fact]
    public void Many_calls_leave_no_port_socket_or_timer_behind()
    {
        var alice = Peer();
        var bob = Peer();
        var before = 0;
        for (var i = 0; i < 300; i++)
        {
            if (i == 50)
                before = OpenDescriptors();
            var (a, b) = (Open(alice), Open(bob));
            a.Bridge(b);
            a.Play([Media.Prompts.Tones.Beep]);
            b.SendDigits("1");
            a.Dispose();
            b.Dispose();
            WaitFor(() => Engine.OpenStreams == 0, "both are closed");
            Advance(501);
            WaitFor(() => Engine.Totals().PortsInUse == 0, "both ports are free");
        }
        Assert.InRange(OpenDescriptors(), 0, before + 20);
        Assert.Equal(-1, Engine.Threads[0].Wheel.SlotsToNext());
        Assert.Equal(0, Engine.Totals().Faults);
        Assert.Equal(0, Engine.Threads[0].Load);
    }

    [Fact]
    public void A_closed_engine_has_given_all_ports_back()
    {
        var (min, max) = FreeRange(2);
        var engine = new MediaEngine(new MediaEngineOptions { PortMin = min, PortMax = max });
        engine.Open(this);
        engine.Open(this);
        engine.Dispose();
        using var again = new MediaEngine(new MediaEngineOptions { PortMin = min, PortMax = max });
        Assert.Equal(min, again.Open(this).LocalPort);
        Assert.Throws<ObjectDisposedException>(() => engine.Open(this));
    }

    private static int OpenDescriptors() => Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0;
}
