namespace CallCluster.Sip.Authentication;

/// <summary>
/// Which nonce counts were used, so that no credentials are accepted twice (RFC 7616 sections 3.4 and 5.12). Holds a bounded number of nonces: the
/// oldest goes first, and from then on all nonces of its time count as expired, so that forgetting one never lets a replay in. Thread-safe.
/// </summary>
public sealed class NonceCountWindow
{
    private const int WindowLength = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Counts> _nonces = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, DateTimeOffset> _oldest = new();
    private readonly int _capacity;
    private DateTimeOffset _forgotten;

    /// <param name="since">Nonces issued before this may have been used without this window's knowledge: they count as expired.</param>
    /// <param name="capacity">Nonces to remember: about 200 bytes each.</param>
    public NonceCountWindow(DateTimeOffset since, int capacity = 50_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _forgotten = since;
        _capacity = capacity;
    }

    /// <summary>Notes the use. Call it only after the digest was found right: then only those who know a password can fill the window.</summary>
    public NonceUse TryUse(string nonce, DateTimeOffset issued, uint count)
    {
        lock (_lock)
        {
            if (!_nonces.TryGetValue(nonce, out var counts))
            {
                if (issued < _forgotten)
                    return NonceUse.Expired;
                if (_nonces.Count == _capacity)
                    ForgetOldest();
                _oldest.Enqueue(nonce, issued);
            }

            var fresh = counts.TryUse(count);
            _nonces[nonce] = counts;
            return fresh ? NonceUse.Fresh : NonceUse.Replayed;
        }
    }

    private void ForgetOldest()
    {
        _oldest.TryDequeue(out var nonce, out var issued);
        _nonces.Remove(nonce!);
        // Others of the same instant may have been forgotten with it, so the next instant is the first that is safe.
        var next = issued.AddTicks(1);
        if (next > _forgotten)
            _forgotten = next;
    }

    /// <summary>The highest count seen and a bit for each of the 64 up to it: requests may overtake one another.</summary>
    private struct Counts
    {
        private uint _highest;
        private ulong _seen;

        public bool TryUse(uint count)
        {
            if (count == 0)
                return false;
            if (count > _highest)
            {
                var shift = count - _highest;
                _seen = shift >= WindowLength ? 1 : (_seen << (int)shift) | 1;
                _highest = count;
                return true;
            }

            var age = _highest - count;
            if (age >= WindowLength || (_seen & (1UL << (int)age)) != 0)
                return false;
            _seen |= 1UL << (int)age;
            return true;
        }
    }
}
