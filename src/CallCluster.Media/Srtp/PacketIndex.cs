namespace CallCluster.Media.Srtp;

/// <summary>The indices of one source that were used already: the rollover counter (RFC 3711 section 3.3.1) and a replay window of 64 packets (section 3.3.2).</summary>
internal struct PacketIndex
{
    private const int WindowSize = 64;
    private ulong _highest;
    private ulong _window;

    /// <summary>Starts with the rollover counter that the first packet is taken to have.</summary>
    public PacketIndex(uint rollover, ushort sequence) => _highest = (ulong)rollover << 16 | sequence;

    /// <summary>Upper 32 bits of the highest index.</summary>
    public readonly uint Rollover => (uint)(_highest >> 16);

    /// <summary>Section 3.3.1: of the indices that end in this sequence number the one nearest to the highest so far; negative when that lies before the first.</summary>
    public readonly long Estimate(ushort sequence) => (long)_highest + (short)(sequence - (ushort)_highest);

    /// <summary>False for an index that was used, or that is too old to know.</summary>
    public readonly bool IsNew(ulong index) =>
        index > _highest || (_highest - index < WindowSize && (_window >> (int)(_highest - index) & 1) == 0);

    /// <summary>Marks an index as used; only one whose packet was authentic.</summary>
    public void Use(ulong index)
    {
        if (index <= _highest)
        {
            _window |= 1UL << (int)(_highest - index);
            return;
        }
        var step = index - _highest;
        _window = step < WindowSize ? _window << (int)step | 1 : 1;
        _highest = index;
    }
}
