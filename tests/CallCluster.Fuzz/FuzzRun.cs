using System.Diagnostics;

namespace CallCluster.Fuzz;

/// <summary>
/// Feeds one target. The input of a round depends on seed and round alone, so a finding is replayed by itself. An input that takes longer than
/// <see cref="TimeLimit"/>, each time it is tried, is a finding too: work that is not linear takes seconds at the lengths that are fed here.
/// </summary>
internal sealed class FuzzRun
{
    /// <summary>Far above what 64 KB take (less than 2 ms), far below what quadratic work takes.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(50);

    private const int Retries = 5;
    private readonly IFuzzTarget _target;
    private readonly FuzzInputs _inputs;

    public FuzzRun(IFuzzTarget target, long seed, IReadOnlyList<byte[]> corpus)
    {
        _target = target;
        _inputs = new FuzzInputs(target, seed, corpus);
    }

    public long Rounds { get; private set; }

    public TimeSpan Slowest { get; private set; }

    public long SlowestRound { get; private set; }

    /// <summary>What ended the run early; null when nothing did.</summary>
    public FuzzFinding? Finding { get; private set; }

    /// <summary>Plays rounds until their number or the time is reached, or something is found.</summary>
    public void Play(long rounds, TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        for (long round = 0; round < rounds && Finding is null; round++)
        {
            if (time != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(started) > time)
                return;
            Play(round);
        }
    }

    /// <summary>Plays one round.</summary>
    public void Play(long round)
    {
        Rounds++;
        var input = _inputs.Make(round);
        try
        {
            var elapsed = Measure(input);
            for (var i = 0; i < Retries && elapsed > TimeLimit; i++)
                elapsed = TimeSpan.FromTicks(Math.Min(elapsed.Ticks, Measure(input).Ticks));
            if (elapsed > Slowest)
                (Slowest, SlowestRound) = (elapsed, round);
            if (elapsed > TimeLimit)
                Finding = new FuzzFinding(round, input, $"takes {elapsed.TotalMilliseconds:0} ms for {input.Length} bytes");
        }
        catch (Exception exception)
        {
            Finding = new FuzzFinding(round, input, exception.ToString());
        }
    }

    private TimeSpan Measure(byte[] input)
    {
        var started = Stopwatch.GetTimestamp();
        _target.Run(input);
        return Stopwatch.GetElapsedTime(started);
    }
}
