namespace CallCluster.Media.Codecs;

/// <summary>Encodes one stream of 8000 Hz samples to packets of whatever codec is asked for.</summary>
internal sealed class AudioEncoder
{
    private readonly G722Encoder _g722 = new();

    /// <summary>Encodes <paramref name="samples"/>, a byte each, into the front of <paramref name="payload"/>, which must be at least as long.</summary>
    public void Encode(ReadOnlySpan<short> samples, Span<byte> payload, MediaCodec codec)
    {
        if (codec == MediaCodec.G722)
            _g722.Encode(samples, payload);
        else
            G711.Encode(samples, payload, codec.Law());
    }
}
