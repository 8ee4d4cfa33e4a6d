namespace CallCluster.Media.Dtls;

/// <summary>
/// Runs handshakes on threads of their own, made when needed and ended when idle: so many at once, so many more waiting, and so few computing at a time that the media threads and the
/// thread pool keep their processors, whatever comes in.
/// </summary>
internal sealed class DtlsHandshakes(TimeProvider clock)
{
    private const int MaxRunning = 64;
    private const int MaxWaiting = 1000;
    private const int StackBytes = 512 * 1024;
    private readonly Lock _lock = new();
    private readonly Queue<DtlsAssociation> _waiting = new();
    private readonly Lazy<DtlsIdentity> _identity = new(() => new DtlsIdentity(clock));
    private readonly long[] _counts = new long[Enum.GetValues<DtlsFailure>().Length];
    private readonly object _turn = new();
    private int _mayCompute = Math.Max(1, Environment.ProcessorCount / 2);
    private int _running;

    public TimeProvider Clock => clock;

    public DtlsIdentity Identity => _identity.Value;

    /// <summary>Threads that there are now.</summary>
    public int Running
    {
        get
        {
            lock (_lock)
                return _running;
        }
    }

    /// <summary>Handshakes that came to this end.</summary>
    public long CountOf(DtlsFailure failure) => Interlocked.Read(ref _counts[(int)failure]);

    public void Count(DtlsFailure failure) => Interlocked.Increment(ref _counts[(int)failure]);

    /// <summary>Has <see cref="DtlsAssociation.Run"/> called soon, on a thread where it may block; false when there are too many.</summary>
    public bool TryRun(DtlsAssociation association)
    {
        lock (_lock)
        {
            if (_waiting.Count >= MaxWaiting)
                return false;
            _waiting.Enqueue(association);
            if (_running == MaxRunning)
                return true;
            _running++;
        }
        new Thread(Work, StackBytes) { Name = "dtls", IsBackground = true }.Start();
        return true;
    }

    /// <summary>The caller waits for the network: another may compute.</summary>
    public void Pause()
    {
        lock (_turn)
        {
            _mayCompute++;
            Monitor.Pulse(_turn);
        }
    }

    /// <summary>The caller computes again, when it is its turn.</summary>
    public void Continue()
    {
        lock (_turn)
        {
            while (_mayCompute == 0)
                Monitor.Wait(_turn);
            _mayCompute--;
        }
    }

    private void Work()
    {
        while (TryNext() is { } association)
        {
            Continue();
            try
            {
                association.Run();
            }
            finally
            {
                Pause();
            }
        }
    }

    private DtlsAssociation? TryNext()
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out var association))
                return association;
            _running--;
            return null;
        }
    }
}
