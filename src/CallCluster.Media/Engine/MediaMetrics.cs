using System.Diagnostics.Metrics;
using CallCluster.Media.Dtls;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

/// <summary>The engine's figures on the meter "CallCluster". All are read from the threads' plain counts when someone scrapes: a packet costs no measurement.</summary>
public sealed class MediaMetrics : IDisposable
{
    private static readonly (RtpDropReason Reason, KeyValuePair<string, object?>[] Tags)[] Reasons =
        [.. Enum.GetValues<RtpDropReason>().Select(r => (r, (KeyValuePair<string, object?>[])[new("reason", Name(r))]))];

    private static readonly (DtlsFailure End, KeyValuePair<string, object?>[] Tags)[] Handshakes =
        [.. Enum.GetValues<DtlsFailure>().Select(end => (end, (KeyValuePair<string, object?>[])[new("result", end == DtlsFailure.None ? "done" : end.ToString().ToLowerInvariant())]))];

    private readonly Meter _meter = new("CallCluster");
    private readonly MediaEngine _engine;
    private MediaEngineTotals _totals;
    private long _takenAt = long.MinValue;

    /// <summary>Publishes the figures of <paramref name="engine"/> until disposed.</summary>
    public MediaMetrics(MediaEngine engine)
    {
        _engine = engine;
        _totals = engine.Totals();
        _meter.CreateObservableCounter("callcluster.media.packets", () =>
            (Measurement<long>[])[new(Totals.PacketsReceived, Tag("direction", "received")), new(Totals.PacketsSent, Tag("direction", "sent"))], "{packet}", "RTP packets accepted and sent.");
        _meter.CreateObservableCounter("callcluster.media.relayed_packets", () => Totals.PacketsRelayed, "{packet}", "RTP packets passed from one leg of a bridge to the other.");
        _meter.CreateObservableCounter("callcluster.media.dropped_packets", () =>
            Reasons.Select(r => new Measurement<long>(Totals.DroppedFor(r.Reason), r.Tags)), "{packet}", "Datagrams not used, by reason.");
        _meter.CreateObservableCounter("callcluster.media.digits", () =>
            (Measurement<long>[])[new(Totals.DigitsReceived, Tag("direction", "received")), new(Totals.DigitsSent, Tag("direction", "sent"))], "{digit}", "Keys received and sent, as telephone-events or as tones.");
        _meter.CreateObservableCounter("callcluster.media.dropped_digits", () => Totals.DigitsDropped, "{digit}", "Keys not sent to a peer, since too many waited to be.");
        _meter.CreateObservableCounter("callcluster.media.connectivity_checks", () => Totals.ChecksAnswered, "{check}", "Checks of ICE peers answered.");
        _meter.CreateObservableCounter("callcluster.media.dtls_handshakes", () =>
            Handshakes.Select(h => new Measurement<long>(Totals.Handshakes[(int)h.End], h.Tags)), "{handshake}", "DTLS handshakes, by how they ended.");
        _meter.CreateObservableCounter("callcluster.media.faults", () => Totals.Faults, "{fault}", "Packets, timers or commands whose handling threw: defects, see the log.");
        _meter.CreateObservableCounter("callcluster.media.failed_recordings", () => Totals.RecordingsFailed, "{recording}", "Recordings that could not be written.");
        _meter.CreateObservableCounter("callcluster.media.recording_lost", () => Totals.RecordingLost.TotalSeconds, "s", "Audio that is silence in recordings, since the disk was too slow.");
        _meter.CreateObservableGauge("callcluster.media.streams", () => Totals.OpenStreams, "{stream}", "RTP streams open.");
        _meter.CreateObservableGauge("callcluster.media.ports", () =>
            (Measurement<int>[])[new(Totals.PortsInUse - Totals.PortsResting, Tag("state", "used")), new(Totals.PortsResting, Tag("state", "resting"))], "{port}", "RTP port pairs in use, and of ended calls that are not free yet.");
        _meter.CreateObservableGauge("callcluster.media.port_capacity", () => Totals.PortCapacity, "{port}", "RTP port pairs of the configured range; 0 when the system chooses.");
    }

    // One scrape reads nine instruments: they share one sum.
    private MediaEngineTotals Totals
    {
        get
        {
            var now = _engine.Time.GetTimestamp();
            if (_takenAt == long.MinValue || _engine.Time.GetElapsedTime(_takenAt, now) > TimeSpan.FromMilliseconds(100))
            {
                _takenAt = now;
                _totals = _engine.Totals();
            }
            return _totals;
        }
    }

    internal Meter Meter => _meter;

    /// <summary>Takes the instruments off the meter.</summary>
    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private static string Name(RtpDropReason reason) => reason switch
    {
        RtpDropReason.PayloadType => "payload_type",
        RtpDropReason.TelephoneEvent => "telephone_event",
        RtpDropReason.SendFailed => "send_failed",
        _ => reason.ToString().ToLowerInvariant(),
    };
}
