namespace CallCluster.Media.Codecs;

/// <summary>White noise at a level, as comfort noise is rendered (RFC 3389). Nothing here allocates.</summary>
internal struct NoiseGenerator
{
    // Louder than this is no background; a peer that says so must not be able to deafen anybody.
    private const int Loudest = 30;
    private const int Quietest = 90;
    private int _amplitude;
    private uint _random;

    /// <summary>False when its level is nothing.</summary>
    public readonly bool IsHeard => _amplitude > 0;

    /// <summary>Sets the level.</summary>
    /// <param name="level">Below overload, in dB: 0 to 127 (-dBov).</param>
    public void SetLevel(int level)
    {
        level &= 127;
        // Uniform noise of this amplitude has a root mean square that is smaller by the square root of 3.
        _amplitude = level >= Quietest ? 0 : (int)(32767 * Math.Sqrt(3) * Math.Pow(10, -Math.Max(level, Loudest) / 20.0));
        if (_random == 0)
            _random = 2463534242;
    }

    /// <summary>Ends it.</summary>
    public void Stop() => _amplitude = 0;

    /// <summary>Fills a frame.</summary>
    public void Fill(Span<short> samples)
    {
        foreach (ref var sample in samples)
        {
            // Marsaglia's xorshift.
            _random ^= _random << 13;
            _random ^= _random >> 17;
            _random ^= _random << 5;
            sample = (short)((int)(_random >> 16) * (2 * _amplitude + 1) / 65536 - _amplitude);
        }
    }
}
