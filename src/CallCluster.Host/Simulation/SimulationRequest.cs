using System.Globalization;
using CallCluster.Contracts.Configuration;

namespace CallCluster.Host.Simulation;

/// <summary>What <c>callcluster simulate</c> is asked: read from its arguments, all that is wrong with them told at once.</summary>
internal sealed record SimulationRequest
{
    private const double MostCalls = 100_000;
    private const int MostAgents = 2_000;

    /// <summary>Calls an hour for each queue.</summary>
    public required IReadOnlyDictionary<string, double> Arrivals { get; init; }

    public required TimeSpan Talk { get; init; }

    /// <summary>Mean patience; null: nobody hangs up.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>The queue whose agents are varied, from how many to how many; null: as configured.</summary>
    public (string Queue, int From, int To)? Agents { get; init; }

    /// <summary>The share that is to be answered within so many seconds, such as 0.8 and 20; null: none is asked for.</summary>
    public (double Share, int Seconds)? Target { get; init; }

    public required TimeSpan Length { get; init; }

    public required int Runs { get; init; }

    public required int Seed { get; init; }

    /// <summary>Reads the arguments; null when <paramref name="errors"/> has been added to.</summary>
    public static SimulationRequest? Read(SimulationArguments arguments, RoutingOptions routing, List<string> errors)
    {
        var before = errors.Count;
        var arrivals = new Dictionary<string, double>();
        foreach (var text in arguments.Arrivals)
        {
            if (text.Split('=') is not [var queue, var rate] || !double.TryParse(rate, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var perHour) || perHour is <= 0 or > MostCalls)
                errors.Add($"--arrivals: {text} is no QUEUE=CALLS_AN_HOUR, such as support=100");
            else if (!routing.Queues.ContainsKey(queue)) errors.Add($"--arrivals: Queues has no {queue}, only {string.Join(", ", routing.Queues.Keys)}");
            else if (!arrivals.TryAdd(queue, perHour)) errors.Add($"--arrivals: {queue} is given twice");
        }

        var request = new SimulationRequest
        {
            Arrivals = arrivals,
            Talk = Time("--talk", arguments.Talk, errors) ?? default,
            Patience = arguments.Patience is { } patience ? Time("--patience", patience, errors) : null,
            Agents = arguments.Agents is { } agents ? Range(agents, arrivals, errors) : null,
            Target = arguments.Target is { } target ? Share(target, errors) : null,
            Length = TimeSpan.FromHours(Whole("--hours", arguments.Hours, 1, 168, errors)),
            Runs = Whole("--runs", arguments.Runs, 1, 1000, errors),
            Seed = arguments.Seed,
        };
        if (request is { Target: not null, Agents: null } && arguments.Agents is null) errors.Add("--target: needs --agents QUEUE=FROM..TO, of whom it finds the least");
        return errors.Count == before ? request : null;
    }

    private static int Whole(string name, int value, int least, int most, List<string> errors)
    {
        if (value < least || value > most) errors.Add($"{name}: is {value}, may be {least} to {most}");
        return value;
    }

    private static TimeSpan? Time(string name, string text, List<string> errors)
    {
        if (TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.FromSeconds(1) && time <= TimeSpan.FromHours(10)) return time;
        errors.Add($"{name}: {text} is no time from 00:00:01 to 10:00:00");
        return null;
    }

    private static (string, int, int)? Range(string text, Dictionary<string, double> arrivals, List<string> errors)
    {
        if (text.Split('=') is [var queue, var range] && arrivals.ContainsKey(queue) && range.Split("..") is [var first, .. var rest] && rest.Length < 2
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from) && int.TryParse(rest is [var last] ? last : first, NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            && from >= 1 && from <= to && to <= MostAgents) return (queue, from, to);
        errors.Add($"--agents: {text} is no QUEUE=NUMBER or QUEUE=FROM..TO of a queue of --arrivals, such as support=10..20");
        return null;
    }

    private static (double, int)? Share(string text, List<string> errors)
    {
        if (text.Split('/') is [var percent, var within] && int.TryParse(percent, NumberStyles.None, CultureInfo.InvariantCulture, out var share) && share is >= 1 and <= 100
            && int.TryParse(within, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 3600) return (share / 100.0, seconds);
        errors.Add($"--target: {text} is no PERCENT/SECONDS, such as 80/20");
        return null;
    }
}

/// <summary>The arguments as they stand on the command line.</summary>
internal sealed record SimulationArguments(IReadOnlyList<string> Arrivals, string Talk, string? Patience, string? Agents, string? Target, int Hours, int Runs, int Seed);
