namespace CallCluster.Edge.Admission;

/// <summary>
/// New calls that no CallGrain has taken yet. Their number is what tells overload: it is small while the cluster keeps up at whatever rate, and grows without end
/// when it does not. When all places are taken, new INVITEs are refused until some are free.
/// </summary>
internal sealed class OfferWindow(int places)
{
    private int _taken;

    public bool IsFull => Volatile.Read(ref _taken) >= places;

    /// <summary>An offer leaves for its CallGrain.</summary>
    public Place Open()
    {
        Interlocked.Increment(ref _taken);
        return new Place(this);
    }

    /// <summary>One offer's place; the default value is none.</summary>
    internal struct Place(OfferWindow window)
    {
        private OfferWindow? _window = window;

        /// <summary>The offer was taken or given up; what is closed stays so.</summary>
        public void Close()
        {
            if (_window is not null) Interlocked.Decrement(ref _window._taken);
            _window = null;
        }
    }
}
