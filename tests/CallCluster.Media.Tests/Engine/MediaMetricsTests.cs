using System.Diagnostics.Metrics;
using CallCluster.Media.Engine;

namespace CallCluster.Media.Tests.Engine;

public sealed class MediaMetricsTests : EngineTest
{
    [Fact]
    public void A_scrape_reads_the_engines_counts_with_bounded_labels()
    {
        var alice = Peer();
        var bob = Peer(2);
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        Settle(a, b);
        for (var i = 0; i < 3; i++)
        {
            alice.SendAudio(a.LocalPort);
            bob.Receive();
        }
        alice.Send(a.LocalPort, new byte[20]);
        WaitForDropped(Media.Rtp.RtpDropReason.Version, 1);

        Dictionary<string, long> seen = [];
        Meter? ours = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter == ours)
                    l.EnableMeasurementEvents(instrument);
            },
        };
        void See<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) where T : struct =>
            seen[$"{instrument.Name}{(tags.Length > 0 ? $" {tags[0].Value}" : "")}"] = Convert.ToInt64(value, null);
        listener.SetMeasurementEventCallback<long>(See);
        listener.SetMeasurementEventCallback<int>(See);
        using var metrics = new MediaMetrics(Engine);
        ours = metrics.Meter;
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(3, seen["callcluster.media.packets received"]);
        Assert.Equal(3, seen["callcluster.media.packets sent"]);
        Assert.Equal(3, seen["callcluster.media.relayed_packets"]);
        Assert.Equal(1, seen["callcluster.media.dropped_packets version"]);
        Assert.Equal(0, seen["callcluster.media.dropped_packets payload_type"]);
        Assert.Equal(2, seen["callcluster.media.streams"]);
        Assert.Equal(2, seen["callcluster.media.ports used"]);
    }
}
