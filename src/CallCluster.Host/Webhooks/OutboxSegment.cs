namespace CallCluster.Host.Webhooks;

/// <summary>One file of events, a line each, and beside it one of the numbers of the lines that were acknowledged. Both go when all are.</summary>
internal sealed class OutboxSegment(string directory, long number)
{
    public const string Extension = ".events";

    public long Number { get; } = number;

    public string EventsFile { get; } = Path.Combine(directory, $"{number:D16}{Extension}");

    public string AcknowledgedFile { get; } = Path.Combine(directory, $"{number:D16}.acknowledged");

    public int Lines { get; set; }

    /// <summary>Events that wait.</summary>
    public int Waiting { get; set; }

    public long Bytes { get; set; }

    /// <summary>Nothing more is written to it.</summary>
    public bool IsFull { get; set; }
}
