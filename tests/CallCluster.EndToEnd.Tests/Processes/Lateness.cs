namespace CallCluster.EndToEnd.Tests.Processes;

/// <summary>By how much a starved machine has held up a thread that wants to run every few milliseconds: what it does to this process, it does to the programs under test.</summary>
public sealed class Lateness : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private readonly Thread _thread;
    private long _worst;
    private volatile bool _stops;

    public Lateness()
    {
        _thread = new Thread(Watch) { IsBackground = true, Name = "lateness" };
        _thread.Start();
    }

    /// <summary>The worst since it was last asked for.</summary>
    public TimeSpan Take() => TimeSpan.FromTicks(Interlocked.Exchange(ref _worst, 0));

    public void Dispose()
    {
        _stops = true;
        _thread.Join();
    }

    private void Watch()
    {
        while (!_stops)
        {
            var began = TimeProvider.System.GetTimestamp();
            Thread.Sleep(Interval);
            var late = (TimeProvider.System.GetElapsedTime(began) - Interval).Ticks;
            if (late > Interlocked.Read(ref _worst)) Interlocked.Exchange(ref _worst, late);
        }
    }
}
