namespace CallCluster.Media.Quality;

/// <summary>
/// How good a conversation probably sounds: the E-model of ITU-T G.107 with its default values for all that a network cannot know (clause 7.7), so that only loss and delay lower the
/// rating. Codecs are rated as G.711 with concealment (G.113 appendix I: Ie 0, Bpl 25.1), which holds for G.722 on the scale of telephone-band speech.
/// </summary>
public static class EModel
{
    // Table 3 of G.107: R0 - Is with default values.
    private const double Best = 93.2;
    private const double LossRobustness = 25.1;

    /// <summary>The transmission rating R, 0 to 93.2.</summary>
    /// <param name="loss">Share of packets lost at random, 0 to 1.</param>
    /// <param name="delay">From mouth to ear.</param>
    public static double Rating(double loss, TimeSpan delay)
    {
        var percent = Math.Clamp(loss, 0, 1) * 100;
        // Clause 7.5 (7-29): Ie-eff = Ie + (95 - Ie) Ppl / (Ppl / BurstR + Bpl).
        var equipment = 95 * percent / (percent + LossRobustness);
        return Math.Max(0, Best - equipment - DelayImpairment(delay.TotalMilliseconds));
    }

    /// <summary>The mean opinion score, 1 (bad) to 4.41, that a rating stands for (annex B, B-4).</summary>
    public static double MeanOpinionScore(double rating) => rating switch
    {
        <= 0 => 1,
        // The formula dips below 1 where the rating is small.
        < 100 => Math.Max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6),
        _ => 4.5,
    };

    // Clause 7.4 (7-27, 7-28), Idd: nothing below 100 ms.
    private static double DelayImpairment(double milliseconds)
    {
        if (milliseconds <= 100)
            return 0;
        var x = Math.Log2(milliseconds / 100);
        return 25 * (Math.Pow(1 + Math.Pow(x, 6), 1 / 6.0) - 3 * Math.Pow(1 + Math.Pow(x / 3, 6), 1 / 6.0) + 2);
    }
}
