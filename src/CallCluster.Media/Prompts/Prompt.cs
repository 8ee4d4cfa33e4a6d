using CallCluster.Media.Codecs;

namespace CallCluster.Media.Prompts;

/// <summary>A piece of audio, encoded once in both laws and shared by every stream that plays it. Immutable.</summary>
public sealed class Prompt
{
    private readonly byte[] _mu;
    private readonly byte[] _a;

    private Prompt(string name, ReadOnlySpan<short> samples)
    {
        Name = name;
        _mu = new byte[samples.Length];
        _a = new byte[samples.Length];
        G711.Encode(samples, _mu, G711Law.Mu);
        G711.Encode(samples, _a, G711Law.A);
    }

    /// <summary>What logs call it.</summary>
    public string Name { get; }

    /// <summary>Length in samples of 1/8000 s.</summary>
    public int Samples => _mu.Length;

    /// <summary>Length in time.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds(_mu.Length / 8000.0);

    /// <summary>A prompt of 16-bit linear samples, 8000 Hz mono.</summary>
    public static Prompt FromPcm(string name, ReadOnlySpan<short> samples) => new(name, samples);

    /// <summary>The samples encoded in <paramref name="law"/>, one byte each.</summary>
    public ReadOnlyMemory<byte> Encoded(G711Law law) => law == G711Law.Mu ? _mu : _a;

    internal ReadOnlySpan<byte> Codes(G711Law law) => law == G711Law.Mu ? _mu : _a;
}
