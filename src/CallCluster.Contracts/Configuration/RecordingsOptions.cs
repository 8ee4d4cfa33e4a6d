namespace CallCluster.Contracts.Configuration;

/// <summary>Where recorded conversations are kept.</summary>
public sealed record RecordingsOptions
{
    /// <summary>The edge writes <c>CALL-conversation.wav</c> there; storage that all nodes share where others are to read it.</summary>
    public string Directory { get; init; } = "recordings";
}

/// <summary>Whether conversations are recorded.</summary>
public enum RecordPolicy
{
    /// <summary>None is.</summary>
    Never,

    /// <summary>Each is, from the moment the agent is joined to the call's end.</summary>
    Always,
}
