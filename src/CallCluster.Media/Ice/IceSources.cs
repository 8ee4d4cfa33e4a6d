using CallCluster.Media.Rtp;

namespace CallCluster.Media.Ice;

/// <summary>
/// Where the peer's valid checks came from. It may send from any of them (RFC 8445 section 12.2); which one it wants media at, it says by nominating: some peers nominate every way and mean the one with
/// the highest priority, which both sides would find by section 8.1.1.
/// </summary>
internal sealed class IceSources
{
    private const int Kept = 4;

    // Peers repeat checks of the way they use at least so often.
    private const long LostAfter = 3_000_000;
    private readonly PeerAddress[] _proved = new PeerAddress[Kept];
    private PeerAddress _nominated;
    private uint _priority;
    private long _nominatedAt;
    private int _next;

    /// <summary>Whether one of the last sources that proved to be the peer's.</summary>
    public bool Contains(in PeerAddress from) => !from.IsNone && _proved.AsSpan().Contains(from);

    /// <summary>A valid check came from there.</summary>
    public void Add(in PeerAddress from)
    {
        if (Contains(from))
            return;
        // The one in use stays, however many others come.
        if (_proved[_next] == _nominated && !_nominated.IsNone)
            _next = (_next + 1) % Kept;
        _proved[_next] = from;
        _next = (_next + 1) % Kept;
    }

    /// <summary>A check with USE-CANDIDATE came from there; true when it is now the nominated one.</summary>
    /// <param name="from">The source.</param>
    /// <param name="priority">Its PRIORITY.</param>
    /// <param name="now">Microseconds.</param>
    public bool Nominate(in PeerAddress from, uint priority, long now)
    {
        if (from != _nominated && !_nominated.IsNone && priority < _priority && now - _nominatedAt < LostAfter)
            return false;
        (_nominated, _priority, _nominatedAt) = (from, priority, now);
        return true;
    }
}
