namespace CallCluster.Host.Configuration;

/// <summary>Call detail records.</summary>
internal sealed record RecordsOptions
{
    /// <summary>JSON lines, one for each call, appended.</summary>
    public string File { get; init; } = "calls.jsonl";
}
