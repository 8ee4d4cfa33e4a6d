using CallCluster.Grains.Machines;

namespace CallCluster.Host.Webhooks;

/// <summary>An event that waits on disk for one webhook; due when it is to be tried next.</summary>
internal sealed class OutboxEntry(OutboxSegment segment, int line, long offset, int length, DateTimeOffset time) : DueItem
{
    public OutboxSegment Segment { get; } = segment;

    /// <summary>Its line in the segment, from 0.</summary>
    public int Line { get; } = line;

    public long Offset { get; } = offset;

    /// <summary>In bytes, the end of the line left out.</summary>
    public int Length { get; } = length;

    /// <summary>When it happened.</summary>
    public DateTimeOffset Time { get; } = time;

    /// <summary>Attempts that the receiver did not acknowledge.</summary>
    public int Attempts { get; set; }

    /// <summary>The older first, as they were added.</summary>
    public static Comparer<OutboxEntry> ByAge { get; } = Comparer<OutboxEntry>.Create(static (one, other) =>
        one.Segment == other.Segment ? one.Line.CompareTo(other.Line) : one.Segment.Number.CompareTo(other.Segment.Number));
}
