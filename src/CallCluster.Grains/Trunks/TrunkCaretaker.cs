using CallCluster.Contracts.Trunks;

namespace CallCluster.Grains.Trunks;

/// <summary>
/// Which edge cares for the trunk, one at a time: it keeps the registration and probes the proxy. After an activation the edge that says it does so is believed; only when
/// none has said so for <see cref="Settling"/> is it given to another.
/// </summary>
internal sealed class TrunkCaretaker
{
    /// <summary>Edges report every 3 s.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(4);
    private DateTimeOffset? _settledAt;
    private DateTimeOffset _until;
    private TrunkHealth? _health;

    /// <summary>The edge that cared last; null for none.</summary>
    public string? EdgeId { get; private set; }

    /// <summary>What the caring edge last told; null when nothing, or for too long.</summary>
    public TrunkHealth? Health(DateTimeOffset now) => now < _until ? _health : null;

    public TrunkDuty Attend(TrunkReport report, DateTimeOffset now)
    {
        _settledAt ??= now + Settling;
        var isHolder = EdgeId == report.EdgeId;
        var isFree = now >= _until && (report.Cares || now >= _settledAt);
        if (report.Leaves)
        {
            if (isHolder) (EdgeId, _health, _until, _settledAt) = (null, null, now, now);
            return new TrunkDuty(false, TimeSpan.Zero);
        }

        if (!isHolder && !isFree) return new TrunkDuty(false, TimeSpan.Zero);
        if (!isHolder) _health = null;
        EdgeId = report.EdgeId;
        _until = now + Lease;
        _health = report.Health ?? _health;
        return new TrunkDuty(true, Lease);
    }
}
