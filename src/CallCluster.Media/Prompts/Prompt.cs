using CallCluster.Media.Codecs;

namespace CallCluster.Media.Prompts;

/// <summary>A piece of audio, encoded once in every codec and shared by every stream that plays it. Immutable.</summary>
public sealed class Prompt
{
    private readonly byte[] _mu;
    private readonly byte[] _a;
    private readonly byte[] _g722;

    private Prompt(string name, ReadOnlySpan<short> samples)
    {
        Name = name;
        _mu = new byte[samples.Length];
        _a = new byte[samples.Length];
        G711.Encode(samples, _mu, G711Law.Mu);
        G711.Encode(samples, _a, G711Law.A);
        _g722 = new byte[samples.Length];
        new G722Encoder().Encode(samples, _g722);
    }

    /// <summary>What logs call it.</summary>
    public string Name { get; }

    /// <summary>Length in samples of 1/8000 s.</summary>
    public int Samples => _mu.Length;

    /// <summary>Length in time.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds(_mu.Length / 8000.0);

    /// <summary>A prompt of 16-bit linear samples, 8000 Hz mono.</summary>
    public static Prompt FromPcm(string name, ReadOnlySpan<short> samples) => new(name, samples);

    /// <summary>The audio encoded in <paramref name="codec"/>, a byte for each 1/8000 s.</summary>
    public ReadOnlyMemory<byte> Encoded(MediaCodec codec) => codec switch
    {
        MediaCodec.Pcmu => _mu,
        MediaCodec.Pcma => _a,
        _ => _g722,
    };

    internal ReadOnlySpan<byte> Codes(MediaCodec codec) => Encoded(codec).Span;
}
