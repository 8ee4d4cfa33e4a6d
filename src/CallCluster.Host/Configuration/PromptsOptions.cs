namespace CallCluster.Host.Configuration;

/// <summary>What callers hear.</summary>
internal sealed record PromptsOptions
{
    /// <summary>WAV files, NAME.wav or LANGUAGE/NAME.wav. Null: the folder prompts beside the executable, if any. Tones named beep, ringback and hold are built in.</summary>
    public string? Directory { get; init; }

    /// <summary><see cref="Directory"/> or what stands in for it.</summary>
    public string Folder => Directory ?? Path.Combine(AppContext.BaseDirectory, "prompts");

    /// <summary>Language folders to look in, best first, for a call without a language or a prompt that its language lacks.</summary>
    public IReadOnlyList<string> Languages { get; init; } = ["en"];
}
