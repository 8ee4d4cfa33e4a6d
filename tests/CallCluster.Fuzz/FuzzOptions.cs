using System.Globalization;

namespace CallCluster.Fuzz;

/// <summary>What the command line asks for.</summary>
internal sealed record FuzzOptions
{
    public static string Usage => $"""
        fuzz [--target NAME]… [--seed N] [--seconds N | --rounds N | --round N] [--corpus DIR]

        --target   one of {string.Join(", ", FuzzTargets.All.Select(target => target.Name))}; default all
        --seed     what all inputs are made from; default a new one, which is printed
        --seconds  how long each target is run; default 60
        --rounds   how many inputs each target gets, instead of a time
        --round    this input alone, to replay a finding
        --corpus   a directory whose files are mutated as well, such as ../shared/corpus/rfc4475
        """;

    public IReadOnlyList<IFuzzTarget> Targets { get; init; } = FuzzTargets.All;

    public long Seed { get; init; } = Random.Shared.NextInt64();

    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Inputs per target; null for as many as fit <see cref="Time"/>.</summary>
    public long? Rounds { get; init; }

    /// <summary>The only round to run; null for all.</summary>
    public long? Round { get; init; }

    public IReadOnlyList<byte[]> Corpus { get; init; } = [];

    public static bool TryParse(string[] args, out FuzzOptions options, out string error)
    {
        options = new FuzzOptions();
        error = "";
        var targets = new List<IFuzzTarget>();
        for (var i = 0; i < args.Length; i += 2)
        {
            var (name, value) = (args[i], i + 1 < args.Length ? args[i + 1] : "");
            switch (name)
            {
                case "--target" when FuzzTargets.All.FirstOrDefault(target => target.Name == value) is { } target:
                    targets.Add(target);
                    break;
                case "--seed" when TryReadNumber(value, out var seed):
                    options = options with { Seed = seed };
                    break;
                case "--seconds" when TryReadNumber(value, out var seconds):
                    options = options with { Time = TimeSpan.FromSeconds(seconds) };
                    break;
                case "--rounds" when TryReadNumber(value, out var rounds):
                    options = options with { Rounds = rounds };
                    break;
                case "--round" when TryReadNumber(value, out var round):
                    options = options with { Round = round };
                    break;
                case "--corpus" when Directory.Exists(value):
                    options = options with { Corpus = [.. Directory.GetFiles(value).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)] };
                    break;
                default:
                    error = $"{name} {value} is not understood.";
                    return false;
            }
        }

        if (targets.Count > 0)
            options = options with { Targets = targets };
        return true;
    }

    private static bool TryReadNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
