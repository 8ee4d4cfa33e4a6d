namespace CallCluster.Grains.Staffing;

/// <summary>How long something takes, at random.</summary>
/// <param name="Shape">How it is spread.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Spread">Standard deviation over mean; of Lognormal only.</param>
public readonly record struct RandomTime(TimeShape Shape, TimeSpan Mean, double Spread = 0.5)
{
    public TimeSpan Next(RandomStream random) => Mean * (Shape switch
    {
        TimeShape.Exponential => random.NextExponential(),
        TimeShape.Lognormal => Lognormal(random.NextNormal()),
        _ => 1,
    });

    private double Lognormal(double normal)
    {
        var variance = Math.Log(1 + (Spread * Spread));
        return Math.Exp((Math.Sqrt(variance) * normal) - (variance / 2));
    }
}

/// <summary>How a time is spread around its mean.</summary>
public enum TimeShape
{
    /// <summary>What Erlang's formulas assume.</summary>
    Exponential,
    /// <summary>What talk times mostly look like.</summary>
    Lognormal,
    /// <summary>Always the mean.</summary>
    Constant,
}
