using System.Globalization;

namespace CallCluster.Benchmarks.Load;

/// <summary>What the command line asks of a soak.</summary>
internal sealed record SoakOptions
{
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(30);

    public int Seed { get; init; } = Random.Shared.Next();

    /// <summary>Half of what a queue with 200 agents carries when a call holds one for two seconds.</summary>
    public double CallsPerSecond { get; init; } = 100;

    public static bool TryParse(string[] args, out SoakOptions options)
    {
        options = new SoakOptions();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || !double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var value)) return false;
            switch (args[i])
            {
                case "--minutes":
                    options = options with { Time = TimeSpan.FromMinutes(value) };
                    break;
                case "--seed":
                    options = options with { Seed = (int)value };
                    break;
                case "--rate":
                    options = options with { CallsPerSecond = value };
                    break;
                default:
                    return false;
            }
        }
        return true;
    }
}
