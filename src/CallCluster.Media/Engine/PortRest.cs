namespace CallCluster.Media.Engine;

/// <summary>When the port of a closed stream may be given to another call, so that a late sender is not heard there. Times are milliseconds of the engine's clock.</summary>
internal readonly record struct PortRest(long ClosedAt, long ReuseDelay, long Rest, long Limit)
{
    /// <summary>The next time to look; at or before <paramref name="now"/> the port is free.</summary>
    /// <param name="lastPacketAt">When a datagram of the peer last came to the port; null for never.</param>
    /// <param name="now">The time now.</param>
    public bool IsFree(long? lastPacketAt, long now, out long lookAgainAt)
    {
        // Packets in the last moments before the close count: the peer may be in mid-stream.
        lookAgainAt = lastPacketAt is { } last && last >= ClosedAt - ReuseDelay
            ? Math.Min(last + Rest, ClosedAt + Limit)
            : ClosedAt + ReuseDelay;
        return lookAgainAt <= now;
    }
}
