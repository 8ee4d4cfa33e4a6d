namespace CallCluster.Host.Configuration;

/// <summary>What callers hear.</summary>
internal sealed record PromptsOptions
{
    /// <summary>WAV files, with a folder for each language. A prompt without a file is a built-in tone. Null: the folder prompts beside the executable, if any.</summary>
    public string? Directory { get; init; }

    /// <summary>Folders to look in, best first.</summary>
    public IReadOnlyList<string> Languages { get; init; } = ["en"];
}
