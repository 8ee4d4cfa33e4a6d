namespace CallCluster.Grains.Flows;

/// <summary>Where a caller is in a flow's greeting and menu.</summary>
[GenerateSerializer, Alias("FlowState")]
public sealed class FlowState
{
    /// <summary>The flow's name.</summary>
    [Id(0)] public required string Flow { get; init; }

    /// <summary>What has been keyed since the greeting began.</summary>
    [Id(1)] public string Keys { get; set; } = "";

    /// <summary>How often the greeting has been played again.</summary>
    [Id(2)] public int Replays { get; set; }

    /// <summary>The greeting is playing: the wait for the first key has not begun.</summary>
    [Id(3)] public bool Prompting { get; set; }

    /// <summary>When the wait for the next key, or for the end of a prompt, is over.</summary>
    [Id(4)] public DateTimeOffset Deadline { get; set; }

    /// <summary>When the flow as a whole is over.</summary>
    [Id(5)] public required DateTimeOffset EndsAt { get; init; }
}
