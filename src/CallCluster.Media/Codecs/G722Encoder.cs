namespace CallCluster.Media.Codecs;

/// <summary>
/// ITU-T G.722 at 64 kbit/s, encoding telephone-band audio: 8000 Hz samples are the lower sub-band as they are, and the higher one is silent, which costs no filter bank.
/// Keeps the state of one stream; nothing here allocates.
/// </summary>
public sealed class G722Encoder
{
    // IH of a higher band that is nothing: its smallest step, which an idle predictor decodes to zero for ever.
    private const int SilentHigherBand = 3 << 6;
    private readonly G722Band _lower = G722Band.Lower();

    /// <summary>Encodes 8000 Hz samples, a byte each, into the front of <paramref name="codes"/>, which must be at least as long.</summary>
    public void Encode(ReadOnlySpan<short> samples, Span<byte> codes)
    {
        codes = codes[..samples.Length];
        for (var i = 0; i < samples.Length; i++)
        {
            // The sub-bands have 15 bits.
            var difference = Math.Clamp((samples[i] >> 1) - _lower.Prediction, short.MinValue, short.MaxValue);
            var code = G722Quantiser.QuantiseLower(difference, _lower.Scale);
            G722Quantiser.AdaptLower(_lower, code);
            codes[i] = (byte)(SilentHigherBand | code);
        }
    }
}
