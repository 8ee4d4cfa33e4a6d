namespace CallCluster.Grains.Staffing;

/// <summary>Calls to one queue: how often, how long, how patient.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Rates">Calls an hour from each offset on, by rising offsets from zero; the last holds to the end.</param>
/// <param name="Talk">How long a caller and an agent talk.</param>
/// <param name="Patience">How long a caller waits before hanging up; null for ever.</param>
/// <param name="Even">At equal distances instead of at random (Poisson).</param>
public sealed record ArrivalPlan(string Queue, IReadOnlyList<(TimeSpan From, double PerHour)> Rates, RandomTime Talk, RandomTime? Patience = null, bool Even = false)
{
    /// <summary>The calls of one day, the same for the same seed whatever else is changed: two variants are compared on the same callers.</summary>
    public IEnumerable<ExpectedCall> Calls(int seed, DateTimeOffset start, TimeSpan length)
    {
        var gaps = new RandomStream(seed, "arrivals of " + Queue);
        var talks = new RandomStream(seed, "talk in " + Queue);
        var patiences = new RandomStream(seed, "patience in " + Queue);
        var at = 0.0;
        for (var number = 1; ; number++)
        {
            at = After(at, Even ? 1 : gaps.NextExponential(), length.TotalHours);
            if (at >= length.TotalHours) yield break;
            yield return new ExpectedCall($"{Queue}-{number}", Queue, start + TimeSpan.FromHours(at), Talk.Next(talks), Patience?.Next(patiences));
        }
    }

    /// <summary>The hour by which <paramref name="calls"/> more are expected after hour <paramref name="from"/>; the end if that is not before it.</summary>
    private double After(double from, double calls, double end)
    {
        for (var i = 0; i < Rates.Count; i++)
        {
            var until = i + 1 < Rates.Count ? Math.Min(Rates[i + 1].From.TotalHours, end) : end;
            if (until <= from) continue;
            var expected = Rates[i].PerHour * (until - from);
            if (expected > calls) return from + (calls / Rates[i].PerHour);
            calls -= expected;
            from = until;
        }

        return end;
    }
}

/// <summary>One caller of a simulated day.</summary>
/// <param name="Id">Unique in the day.</param>
/// <param name="Queue">The queue that is called.</param>
/// <param name="At">When.</param>
/// <param name="Talk">How long caller and agent talk once they are joined.</param>
/// <param name="Patience">How long the caller waits before hanging up; null for ever.</param>
public sealed record ExpectedCall(string Id, string Queue, DateTimeOffset At, TimeSpan Talk, TimeSpan? Patience);
