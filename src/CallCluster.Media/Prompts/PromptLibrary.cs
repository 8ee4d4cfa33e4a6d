namespace CallCluster.Media.Prompts;

/// <summary>The prompts of one directory: NAME.wav for all languages, LANGUAGE/NAME.wav for one; each file is read once. Generated tones stand in for the names beep, ringback and hold.</summary>
public sealed class PromptLibrary
{
    /// <summary>A library over <paramref name="directory"/>; null has the generated tones only.</summary>
    public PromptLibrary(string? directory) => throw new NotImplementedException();

    /// <summary>The prompt in the language (a BCP 47 tag; its prefixes are tried, then no language).</summary>
    /// <exception cref="PromptNotFoundException">There is none; the message names the files that were looked for.</exception>
    public Prompt Get(string name, string? language = null) => throw new NotImplementedException();

    /// <summary>As <see cref="Get"/>, with false when there is none or its file is not usable audio.</summary>
    public bool TryGet(string name, string? language, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Prompt? prompt) => throw new NotImplementedException();
}
