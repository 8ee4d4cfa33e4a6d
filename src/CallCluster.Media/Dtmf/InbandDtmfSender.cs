using CallCluster.Media.Codecs;

namespace CallCluster.Media.Dtmf;

/// <summary>Makes the audio of a string of keys (ITU-T Q.23), each 100 ms of its two tones and 60 ms of silence. Holds no clock and no socket.</summary>
internal sealed class InbandDtmfSender
{
    private const int Rate = 8000;
    private const int ToneSamples = Rate / 10;
    private const int PauseSamples = Rate * 60 / 1000;
    private const int FadeSamples = 16;

    // -10 and -8 dBm0: the higher group is sent 2 dB stronger, since lines weaken it more.
    private const double LowAmplitude = 7200;
    private const double HighAmplitude = 9080;

    private readonly Queue<byte> _keys = new();
    private readonly AudioEncoder _encoder = new();
    private int _position;

    /// <summary>True while something is left to send.</summary>
    public bool IsActive => _keys.Count > 0;

    /// <summary>Adds keys behind those that wait, at most <see cref="DtmfSender.MostKeys"/>; returns how many had no room.</summary>
    public int Enqueue(string digits)
    {
        var taken = Math.Min(digits.Length, DtmfSender.MostKeys - _keys.Count);
        foreach (var digit in digits.AsSpan(0, taken))
            _keys.Enqueue((byte)DtmfDigits.CodeOf(digit));
        return digits.Length - taken;
    }

    /// <summary>Fills the next frame, a byte for each 1/8000 s; returns how many keys began in it.</summary>
    public int Fill(Span<byte> frame, MediaCodec codec)
    {
        Span<short> samples = stackalloc short[frame.Length];
        var begun = 0;
        foreach (ref var sample in samples)
        {
            sample = 0;
            if (!_keys.TryPeek(out var code))
                continue;
            if (_position == 0)
                begun++;
            if (_position < ToneSamples)
            {
                var (low, high) = DtmfDigits.FrequenciesOf(code);
                // Faded in and out over 2 ms: a click is energy beside the two tones.
                var fade = Math.Min(1.0, Math.Min(_position, ToneSamples - _position) / (double)FadeSamples);
                var angle = 2 * Math.PI * _position / Rate;
                sample = (short)(fade * (LowAmplitude * Math.Sin(low * angle) + HighAmplitude * Math.Sin(high * angle)));
            }
            if (++_position == ToneSamples + PauseSamples)
            {
                _position = 0;
                _keys.Dequeue();
            }
        }
        _encoder.Encode(samples, frame, codec);
        return begun;
    }
}
