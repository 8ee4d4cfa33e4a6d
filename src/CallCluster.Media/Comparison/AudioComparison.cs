namespace CallCluster.Media.Comparison;

/// <summary>How much of a piece of sent speech arrived, and how well. Samples are 8000 Hz, 16 bit.</summary>
public sealed record AudioComparison
{
    private const int Frame = 160;

    // Below this mean amplitude a frame says nothing about what was sent.
    private const double Quiet = 50;

    /// <summary>Where in what was received the sent audio begins, in samples; negative when its beginning is missing.</summary>
    public int OffsetSamples { get; init; }

    /// <summary>Normalised correlation over the aligned audio, -1 to 1; speech that went through G.711 once or twice is above 0.99.</summary>
    public double Similarity { get; init; }

    /// <summary>Share of the sent 20 ms frames that are missing, silent, at a wrong level or garbled, 0 to 1; frames sent as silence are not counted.</summary>
    public double Loss { get; init; }

    /// <summary>True when the audio arrived whole: similarity at least 0.95 and at most 2 % of frames lost.</summary>
    public bool IsIntact => Similarity >= 0.95 && Loss <= 0.02;

    /// <summary>Aligns <paramref name="sent"/> within <paramref name="received"/> (which may hold more before and after) and compares frame by frame. Sent audio should not be periodic.</summary>
    public static AudioComparison Compare(ReadOnlySpan<short> sent, ReadOnlySpan<short> received)
    {
        if (sent.IsEmpty || received.IsEmpty)
            return new AudioComparison { Loss = sent.IsEmpty ? 0 : 1 };
        var offset = CrossCorrelation.BestOffset(sent, received);
        int counted = 0, lost = 0;
        double dot = 0, sentEnergy = 0, receivedEnergy = 0;
        Span<short> there = stackalloc short[Frame];
        for (var start = 0; start < sent.Length; start += Frame)
        {
            var here = sent.Slice(start, Math.Min(Frame, sent.Length - start));
            TakeAt(received, start + offset, there[..here.Length]);
            var (d, s, r) = Products(here, there[..here.Length]);
            dot += d;
            sentEnergy += s;
            receivedEnergy += r;
            if (Math.Sqrt(s / here.Length) < Quiet)
                continue;
            counted++;
            // Half and double the amplitude are 6 dB: more is no path of ours.
            if (r < s / 4 || r > s * 4 || d < 0.8 * Math.Sqrt(s * r))
                lost++;
        }
        return new AudioComparison
        {
            OffsetSamples = offset,
            Similarity = sentEnergy * receivedEnergy > 0 ? dot / Math.Sqrt(sentEnergy * receivedEnergy) : 0,
            Loss = counted == 0 ? 0 : (double)lost / counted,
        };
    }

    private static void TakeAt(ReadOnlySpan<short> source, int at, Span<short> target)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = (uint)(at + i) < (uint)source.Length ? source[at + i] : (short)0;
    }

    private static (double Dot, double First, double Second) Products(ReadOnlySpan<short> first, ReadOnlySpan<short> second)
    {
        double dot = 0, a = 0, b = 0;
        for (var i = 0; i < first.Length; i++)
        {
            dot += (double)first[i] * second[i];
            a += (double)first[i] * first[i];
            b += (double)second[i] * second[i];
        }
        return (dot, a, b);
    }
}
