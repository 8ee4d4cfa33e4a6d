namespace CallCluster.Media.Jitter;

/// <summary>
/// Fills in for lost audio in the manner of ITU-T G.711 appendix I: the last pitch period goes on, full for 10 ms, then fading to silence at 60 ms, and what is received next is blended
/// in. 8000 Hz; nothing here allocates after the start.
/// </summary>
internal sealed class LossConcealment
{
    // Pitch of 66 to 200 Hz, as in the appendix.
    private const int LeastPeriod = 40;
    private const int MostPeriod = 120;
    private const int Window = 160;
    private const int History = 480;
    private const int FullSamples = 80;
    private const int FadeSamples = 400;
    private const int BlendSamples = 40;
    private readonly short[] _history = new short[History];
    private readonly short[] _cycle = new short[MostPeriod];
    private int _period;
    private int _concealed;

    /// <summary>After this many samples there is only silence left.</summary>
    public const int MostSamples = FullSamples + FadeSamples;

    /// <summary>Takes a frame that was received, and blends its beginning with what was made up before it.</summary>
    public void Received(Span<short> frame)
    {
        if (_concealed > 0)
        {
            var blend = Math.Min(BlendSamples, frame.Length);
            for (var i = 0; i < blend; i++)
                frame[i] = (short)((frame[i] * (i + 1) + MadeUp() * (blend - i)) / (blend + 1));
            _concealed = 0;
        }
        if (frame.Length >= History)
        {
            frame[^History..].CopyTo(_history);
            return;
        }
        _history.AsSpan(frame.Length).CopyTo(_history);
        frame.CopyTo(_history.AsSpan(History - frame.Length));
    }

    /// <summary>Makes up a frame in place of one that was lost.</summary>
    public void Conceal(Span<short> frame)
    {
        if (_concealed == 0)
            TakePeriod();
        foreach (ref var sample in frame)
            sample = (short)MadeUp();
    }

    private int MadeUp()
    {
        var sample = _cycle[_concealed % _period];
        var fade = Math.Clamp(MostSamples - _concealed, 0, FadeSamples);
        _concealed++;
        return sample * fade / FadeSamples;
    }

    /// <summary>Takes the last pitch period out of the history, its end blended into what came before its beginning, so that it can be repeated without a seam.</summary>
    private void TakePeriod()
    {
        _period = FindPeriod();
        _history.AsSpan(History - _period).CopyTo(_cycle);
        var quarter = _period / 4;
        for (var i = 0; i < quarter; i++)
        {
            var before = _history[History - _period - quarter + i];
            ref var end = ref _cycle[_period - quarter + i];
            end = (short)((end * (quarter - i) + before * (i + 1)) / (quarter + 1));
        }
    }

    /// <summary>The lag at which the last 20 ms are most like themselves.</summary>
    private int FindPeriod()
    {
        var recent = _history.AsSpan(History - Window);
        var (best, bestScore) = (LeastPeriod, double.MinValue);
        for (var lag = LeastPeriod; lag <= MostPeriod; lag++)
        {
            var earlier = _history.AsSpan(History - Window - lag, Window);
            long dot = 0, energy = 0;
            for (var i = 0; i < Window; i++)
            {
                dot += recent[i] * earlier[i];
                energy += earlier[i] * earlier[i];
            }
            var score = dot / Math.Sqrt(energy + 1);
            if (score > bestScore)
                (best, bestScore) = (lag, score);
        }
        return best;
    }
}
