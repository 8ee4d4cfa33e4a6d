namespace CallCluster.Media.Codecs;

/// <summary>
/// ITU-T G.722 at 64 kbit/s, decoded to telephone-band audio: the lower sub-band is what a filter bank and a decimation to 8000 Hz would leave of the whole, so the higher one is not
/// decoded at all. Keeps the state of one stream; nothing here allocates.
/// </summary>
public sealed class G722Decoder
{
    private readonly G722Band _lower = G722Band.Lower();

    /// <summary>Decodes each byte to one 8000 Hz sample in the front of <paramref name="samples"/>, which must be at least as long.</summary>
    public void Decode(ReadOnlySpan<byte> codes, Span<short> samples)
    {
        samples = samples[..codes.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            var code = codes[i] & 63;
            // RECONS and LIMIT; the sub-bands have 15 bits.
            var sample = Math.Clamp(_lower.Prediction + G722Quantiser.InverseLower(code, _lower.Scale), -16384, 16383);
            G722Quantiser.AdaptLower(_lower, code);
            samples[i] = (short)(sample << 1);
        }
    }
}
