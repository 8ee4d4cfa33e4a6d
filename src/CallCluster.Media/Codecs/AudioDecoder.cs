namespace CallCluster.Media.Codecs;

/// <summary>Decodes one stream of packets to 8000 Hz samples, whatever codec each is of.</summary>
internal sealed class AudioDecoder
{
    private readonly G722Decoder _g722 = new();

    /// <summary>Decodes a packet's payload, a sample a byte, into the front of <paramref name="samples"/>, which must be at least as long.</summary>
    public void Decode(ReadOnlySpan<byte> payload, Span<short> samples, MediaCodec codec)
    {
        if (codec == MediaCodec.G722)
            _g722.Decode(payload, samples);
        else
            G711.Decode(payload, samples, codec.Law());
    }
}
