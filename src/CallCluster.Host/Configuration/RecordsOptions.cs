namespace CallCluster.Host.Configuration;

/// <summary>Call detail records, and what leaves for webhooks.</summary>
internal sealed record RecordsOptions
{
    /// <summary>JSON lines, one for each call, appended.</summary>
    public string File { get; init; } = "calls.jsonl";

    /// <summary>Where events wait until webhooks have acknowledged them; each process with grains has its own.</summary>
    public string OutboxDirectory { get; init; } = "outbox";
}
