using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using CallCluster.Media.Wav;

namespace CallCluster.Media.Prompts;

/// <summary>
/// The prompts of one directory: LANGUAGE/NAME.wav for one language, NAME.wav for all; each file is read once, when it is first asked for. Generated tones stand in for the names
/// beep, ringback and hold.
/// </summary>
public sealed class PromptLibrary
{
    private readonly string? _directory;
    private readonly ConcurrentDictionary<string, Prompt> _loaded = new(StringComparer.Ordinal);

    /// <summary>A library over <paramref name="directory"/>; null has the generated tones only.</summary>
    public PromptLibrary(string? directory) => _directory = directory;

    /// <summary>The prompt in the language: de-AT/NAME.wav, then de/NAME.wav, then NAME.wav, then a generated tone.</summary>
    /// <param name="name">Letters, digits, '-', '_' and '.', no path.</param>
    /// <param name="language">A BCP 47 tag; null asks for NAME.wav only.</param>
    /// <exception cref="PromptNotFoundException">There is none; the message names the files that were looked for.</exception>
    /// <exception cref="WavFormatException">The file is no audio that can be played.</exception>
    public Prompt Get(string name, string? language = null)
    {
        var candidates = Candidates(name, language);
        foreach (var path in candidates)
        {
            if (_loaded.TryGetValue(path, out var prompt))
                return prompt;
            if (_directory is null)
                continue;
            var file = Path.Combine(_directory, path);
            if (File.Exists(file))
                return _loaded.GetOrAdd(path, Prompt.FromPcm(path, WavReader.ReadFile(file)));
        }
        return Generated(name) ?? throw new PromptNotFoundException(
            $"There is no prompt '{name}'{(language is null ? "" : $" in language '{language}'")}: looked for {string.Join(", ", candidates)} in {_directory ?? "no directory"}.");
    }

    /// <summary>As <see cref="Get"/>, with false when there is none or its file cannot be played.</summary>
    public bool TryGet(string name, string? language, [NotNullWhen(true)] out Prompt? prompt)
    {
        try
        {
            prompt = Get(name, language);
            return true;
        }
        catch (Exception e) when (e is PromptNotFoundException or WavFormatException or IOException or UnauthorizedAccessException)
        {
            prompt = null;
            return false;
        }
    }

    private static List<string> Candidates(string name, string? language)
    {
        if (!IsPlain(name) || (language is not null && !IsPlain(language)))
            throw new PromptNotFoundException("A prompt's name and language hold letters, digits, '-', '_' and '.' only, and do not begin with '.'.");
        List<string> candidates = [];
        // RFC 4647 section 3.4, lookup: the tag is cut from its end.
        for (var tag = language ?? ""; tag.Length > 0; tag = tag[..Math.Max(0, tag.LastIndexOf('-'))])
            candidates.Add($"{tag}/{name}.wav");
        candidates.Add($"{name}.wav");
        return candidates;
    }

    private static bool IsPlain(string text) => text.Length is > 0 and <= 64 && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static Prompt? Generated(string name) => name switch
    {
        "beep" => Tones.Beep,
        "ringback" => Tones.Ringback,
        "hold" => Tones.Hold,
        _ => null,
    };
}
