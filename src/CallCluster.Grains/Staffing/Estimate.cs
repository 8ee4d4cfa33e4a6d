namespace CallCluster.Grains.Staffing;

/// <summary>A mean over independent runs, and how far off it may be.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Margin">Half the width of the confidence interval; infinite for a single run.</param>
public readonly record struct Estimate(double Mean, double Margin)
{
    /// <summary>Student's t of 95 %, two-sided, for 1, 2, 3 … degrees of freedom.</summary>
    private static readonly double[] T95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042];

    /// <summary>By the confidence level of 95 %, from runs that have nothing in common but what they simulate.</summary>
    public static Estimate Of(IReadOnlyCollection<double> runs)
    {
        var mean = runs.Average();
        var freedom = runs.Count - 1;
        if (freedom == 0) return new Estimate(mean, double.PositiveInfinity);
        var deviation = Math.Sqrt(runs.Sum(run => (run - mean) * (run - mean)) / freedom);
        // Beyond the table within 0.1 % of the true value.
        var t = freedom <= T95.Length ? T95[freedom - 1] : 1.96 + (2.4 / freedom);
        return new Estimate(mean, t * deviation / Math.Sqrt(runs.Count));
    }

    /// <summary>Whether the value is within the confidence interval.</summary>
    public bool Covers(double value) => Math.Abs(value - Mean) <= Margin;
}
