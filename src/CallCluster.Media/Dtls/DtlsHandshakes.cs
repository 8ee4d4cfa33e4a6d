using CallCluster.Media.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallCluster.Media.Dtls;

/// <summary>
/// Runs handshakes on threads of their own, made when needed and ended when idle for a while: so many at once, so many more waiting, and so few computing at a time that the media threads and the
/// thread pool keep their processors, whatever comes in.
/// </summary>
/// <param name="clock">What time it is.</param>
/// <param name="logger">Where trouble is told.</param>
/// <param name="start">Starts a thread and may throw; for tests.</param>
internal sealed partial class DtlsHandshakes(TimeProvider clock, ILogger? logger = null, Action<ThreadStart>? start = null)
{
    private const int MaxRunning = 64;
    private const int MaxWaiting = 1000;
    private const int StackBytes = 512 * 1024;

    // To start a thread takes the media thread longer than a packet, so one that has just worked waits for more.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);
    private readonly object _lock = new();
    private readonly Queue<DtlsAssociation> _waiting = new();
    private readonly Lazy<DtlsIdentity> _identity = new(() => new DtlsIdentity(clock));
    private readonly Lazy<DtlsCookies> _cookies = new(() => new DtlsCookies());
    private readonly long[] _counts = new long[Enum.GetValues<DtlsFailure>().Length];
    private readonly object _turn = new();
    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly Action<ThreadStart> _start = start ?? (work => new Thread(work, StackBytes) { Name = "dtls", IsBackground = true }.Start());
    private int _mayCompute = Math.Max(1, Environment.ProcessorCount / 2);
    private int _threads;
    private int _running;
    private long _started;

    public TimeProvider Clock => clock;

    public DtlsIdentity Identity => _identity.Value;

    public DtlsCookies Cookies => _cookies.Value;

    /// <summary>Handshakes that have a thread now.</summary>
    public int Running
    {
        get
        {
            lock (_lock)
                return _running;
        }
    }

    /// <summary>Threads that were ever started.</summary>
    public long Started => Interlocked.Read(ref _started);

    /// <summary>Handshakes that came to this end.</summary>
    public long CountOf(DtlsFailure failure) => Interlocked.Read(ref _counts[(int)failure]);

    public void Count(DtlsFailure failure) => Interlocked.Increment(ref _counts[(int)failure]);

    /// <summary>Has <see cref="DtlsAssociation.Run"/> called soon, on a thread where it may block; false when there are too many or the system gives no thread.</summary>
    public bool TryRun(DtlsAssociation association)
    {
        lock (_lock)
        {
            var idle = _threads - _running;
            if (_waiting.Count >= MaxWaiting || (_waiting.Count >= idle && _threads < MaxRunning && !TryStart() && _threads == 0))
                return false;
            _waiting.Enqueue(association);
            Monitor.Pulse(_lock);
            return true;
        }
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

    private bool TryStart()
    {
        try
        {
            _start(Work);
            _threads++;
            _started++;
            return true;
        }
        catch (Exception e)
        {
            LogNoThread(e, _threads);
            return false;
        }
    }

    private void Work()
    {
        // Key exchanges are arithmetic by the millisecond: packets go first.
        if (OperatingSystem.IsLinux())
            _ = LinuxCalls.SetPriority(LinuxCalls.PriorityOfProcess, 0, nice: 10);
        while (TryNext() is { } association)
        {
            Continue();
            try
            {
                association.Run();
            }
            catch (Exception e)
            {
                LogFault(e);
                association.Fail(DtlsFailure.Protocol);
            }
            finally
            {
                Pause();
                lock (_lock)
                    _running--;
            }
        }
    }

    private DtlsAssociation? TryNext()
    {
        lock (_lock)
        {
            while (_waiting.Count == 0)
            {
                if (Monitor.Wait(_lock, Idle) || _waiting.Count > 0)
                    continue;
                _threads--;
                return null;
            }
            _running++;
            return _waiting.Dequeue();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The system gave no thread for a DTLS handshake ({Threads} run); legs that need one end as overloaded. Raise the limit of threads (ulimit -u, pids.max) or the memory.")]
    private partial void LogNoThread(Exception exception, int threads);

    [LoggerMessage(Level = LogLevel.Error, Message = "A DTLS handshake ended by a failure of ours; its leg ends, the others go on. This is a defect: please report it.")]
    private partial void LogFault(Exception exception);
}
