namespace CallCluster.Contracts.Configuration;

/// <summary>Voicemail boxes and where their audio is kept.</summary>
public sealed record VoicemailOptions
{
    public string Directory { get; init; } = "voicemail";
    public IReadOnlyDictionary<string, VoicemailBoxOptions> Boxes { get; init; } = new Dictionary<string, VoicemailBoxOptions>();
}

/// <summary>One voicemail box.</summary>
public sealed record VoicemailBoxOptions
{
    /// <summary>Prompt before the beep; null for the beep alone.</summary>
    public string? Greeting { get; init; }

    /// <summary>Prompt after the message is stored; null for none: the call ends.</summary>
    public string? Thanks { get; init; }
    public TimeSpan MaxLength { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The message ends when nothing was said for so long, and half a second of that is kept; zero: silence does not end it.</summary>
    public TimeSpan MaxSilence { get; init; } = TimeSpan.FromSeconds(10);
}
