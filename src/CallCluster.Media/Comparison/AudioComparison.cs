namespace CallCluster.Media.Comparison;

/// <summary>How much of a piece of sent speech arrived, and how well. Samples are 8000 Hz, 16 bit.</summary>
public sealed record AudioComparison
{
    /// <summary>Where in what was received the sent audio begins, in samples.</summary>
    public int OffsetSamples { get; init; }

    /// <summary>Normalised correlation over the aligned audio, -1 to 1; speech that went through G.711 once or twice is above 0.99.</summary>
    public double Similarity { get; init; }

    /// <summary>Share of the sent 20 ms frames that are missing, silent or garbled, 0 to 1; frames of silence are not counted.</summary>
    public double Loss { get; init; }

    /// <summary>Aligns <paramref name="sent"/> within <paramref name="received"/> and compares frame by frame.</summary>
    public static AudioComparison Compare(ReadOnlySpan<short> sent, ReadOnlySpan<short> received) => throw new NotImplementedException();

    /// <summary>True when the audio arrived whole: similarity at least 0.95 and at most 2 % of frames lost.</summary>
    public bool IsIntact => Similarity >= 0.95 && Loss <= 0.02;
}
