using CallCluster.Contracts.Calls;
using CallCluster.Media.Rtp;
using CallCluster.Sip.Sdp;

namespace CallCluster.Edge.Legs;

/// <summary>A leg's figures for its call's record and for the metrics.</summary>
internal static class LegQualityReport
{
    /// <summary>What a stream's figures say.</summary>
    public static LegQuality Of(int leg, AudioCodec codec, in RtpStreamStatistics figures) => new()
    {
        Leg = leg,
        Codec = codec.Name,
        PacketsReceived = figures.PacketsReceived,
        PacketsSent = figures.PacketsSent,
        ReceivedLoss = Math.Round(figures.ReceivedLoss, 4),
        SentLoss = Rounded(figures.SentLoss, 4),
        ReceivedJitter = Math.Round(figures.JitterMilliseconds, 1),
        SentJitter = Rounded(figures.RemoteJitterMilliseconds, 1),
        RoundTrip = Rounded(figures.RoundTripMilliseconds, 1),
        ReceivedMos = Rounded(figures.ReceivedMos, 2),
        SentMos = Rounded(figures.SentMos, 2),
    };

    /// <summary>Counts the leg into the histograms.</summary>
    /// <param name="quality">The leg's figures.</param>
    /// <param name="trunk">The trunk it belongs to, or "agents".</param>
    public static void Record(LegQuality quality, string trunk)
    {
        if (quality.PacketsReceived > 0) Record("received", quality.ReceivedLoss, quality.ReceivedJitter, quality.ReceivedMos);
        if (quality.SentLoss is { } sentLoss) Record("sent", sentLoss, quality.SentJitter, quality.SentMos);
        if (quality.RoundTrip is { } roundTrip) EdgeMetrics.RoundTrip.Record(roundTrip / 1000, new KeyValuePair<string, object?>("trunk", trunk));

        void Record(string direction, double loss, double? jitter, double? mos)
        {
            KeyValuePair<string, object?> link = new("trunk", trunk), way = new("direction", direction);
            EdgeMetrics.Loss.Record(loss, link, way);
            if (jitter is { } milliseconds) EdgeMetrics.Jitter.Record(milliseconds / 1000, link, way);
            if (mos is { } score) EdgeMetrics.Mos.Record(score, link, way);
        }
    }

    private static double? Rounded(double? value, int digits) => value is { } known ? Math.Round(known, digits) : null;
}
