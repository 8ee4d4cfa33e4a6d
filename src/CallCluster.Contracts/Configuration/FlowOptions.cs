namespace CallCluster.Contracts.Configuration;

/// <summary>Greeting and menu that end in a destination.</summary>
public sealed record FlowOptions
{
    /// <summary>Prompt played first; null for none.</summary>
    public string? Greeting { get; init; }

    /// <summary>Languages of the prompts, the first being the default.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Keys to destination; an entry is taken as soon as it is unambiguous, # being a key like others. Empty: no menu.</summary>
    public IReadOnlyDictionary<string, string> Menu { get; init; } = new Dictionary<string, string>();

    /// <summary>How often an invalid or missing choice is replayed before <see cref="Default"/> is taken.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Longest wait for the first key after the greeting's end.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Longest wait between two keys; then what was keyed is taken if it is an entry, else invalid.</summary>
    public TimeSpan InterDigitTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Prompt for an invalid choice, before the greeting is replayed; null for none.</summary>
    public string? InvalidPrompt { get; init; }

    /// <summary>Digits keyed here are masked everywhere.</summary>
    public bool Secure { get; init; }

    /// <summary>Destination when the menu gave none.</summary>
    public string? Default { get; init; }
}
