namespace CallCluster.Fuzz;

/// <summary>Runs the targets one after the other and says what was found.</summary>
internal sealed class FuzzSession(FuzzOptions options, TextWriter output)
{
    /// <summary>False when a target failed.</summary>
    public bool Run()
    {
        output.WriteLine($"seed {options.Seed}");
        var good = true;
        foreach (var target in options.Targets)
        {
            var run = new FuzzRun(target, options.Seed, options.Corpus);
            if (options.Round is { } round)
                run.Play(round);
            else
                run.Play(options.Rounds ?? long.MaxValue, options.Rounds is null ? options.Time : Timeout.InfiniteTimeSpan);
            output.WriteLine($"{target.Name}: {run.Rounds} rounds, slowest {run.Slowest.TotalMilliseconds:0.000} ms in round {run.SlowestRound}");
            if (run.Finding is not { } finding)
                continue;
            good = false;
            output.WriteLine($"FOUND in round {finding.Round}: {finding.Message}");
            output.WriteLine($"input in base64: {Convert.ToBase64String(finding.Input)}");
            output.WriteLine($"replay: --target {target.Name} --seed {options.Seed} --round {finding.Round}{(options.Corpus.Count > 0 ? " and the same --corpus" : "")}");
        }

        return good;
    }
}
