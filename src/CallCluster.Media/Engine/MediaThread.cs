using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;
using CallCluster.Media.Rtp;
using Microsoft.Extensions.Logging;

namespace CallCluster.Media.Engine;

/// <summary>
/// One thread that owns some streams: all of their state is touched here only. While packets are many it sleeps a tick, so that one wake serves a batch; while they are few
/// it waits for each; with nothing to send or receive it sleeps without a timer.
/// </summary>
internal sealed partial class MediaThread
{
    // At 800 packets a second one wake a millisecond costs less than one wake a packet.
    private const int BusyPacketsPerWindow = 16;
    private const long WindowMicroseconds = 20_000;
    private const int BatchSize = 256;
    private const int BufferBytes = 2048;
    private readonly ConcurrentQueue<MediaStream> _pending = new();
    private readonly Thread _thread;
    private readonly Lock _wakeLock = new();
    private readonly Lock _slotLock = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _tickMicroseconds;
    private readonly long _startedAt;
    private readonly nint _scratch;
    private volatile MediaStream?[] _streams = new MediaStream?[64];
    private readonly Stack<int> _freeSlots = new();
    private int _usedSlots;
    private int _wakeRequested;
    private volatile bool _stopping;

    public MediaThread(int index, MediaEngineOptions options, TimeProvider time, long startedAt, ILogger logger)
    {
        Index = index;
        _time = time;
        _logger = logger;
        _startedAt = startedAt;
        _tickMicroseconds = (int)options.Tick.TotalMicroseconds;
        Wheel = new TimerWheel(0, e => Fault(e, 0));
        _scratch = AllocateBuffer();
        Poller = options.Portable || !OperatingSystem.IsLinux() ? new SocketPoller() : new EpollPoller();
        _thread = new Thread(Run) { Name = $"media-{index}", IsBackground = true };
        _thread.Start();
    }

    public int Index { get; }

    public DatagramPoller Poller { get; }

    public TimerWheel Wheel { get; }

    public MediaCounters Counters { get; } = new();

    /// <summary>Memory for a packet on its way out; good until the next one.</summary>
    public Span<byte> Scratch => ToSpan(_scratch);

    /// <summary>Microseconds since the engine started, read once a round.</summary>
    public long Now { get; private set; }

    /// <summary>Streams given to this thread, for choosing the least loaded.</summary>
    public int Load;

    /// <summary>A stream has operations waiting. From any thread.</summary>
    public void Notify(MediaStream stream)
    {
        _pending.Enqueue(stream);
        Wake();
    }

    public void Wake()
    {
        if (Interlocked.Exchange(ref _wakeRequested, 1) != 0)
            return;
        // A descriptor that was closed may be another file's by now.
        lock (_wakeLock)
        {
            if (!_stopping)
                Poller.Wake();
        }
    }

    public void Stop()
    {
        lock (_wakeLock)
        {
            _stopping = true;
            Poller.Wake();
        }
        _thread.Join();
        Poller.Dispose();
    }

    /// <summary>Takes a stream's sockets into this thread's set. From any thread, so that opening a stream wakes nobody.</summary>
    /// <exception cref="Win32Exception">The system will not watch another socket.</exception>
    public void Adopt(MediaStream stream)
    {
        int slot;
        lock (_slotLock)
        {
            if (!_freeSlots.TryPop(out slot))
                slot = _usedSlots++;
            var streams = _streams;
            if (slot == streams.Length)
                Array.Resize(ref streams, slot * 2);
            streams[slot] = stream;
            _streams = streams;
        }
        stream.Slot = slot;
        try
        {
            Poller.Add(stream.RtpSocket, slot * 2);
            Poller.Add(stream.RtcpSocket, slot * 2 + 1);
        }
        catch
        {
            Vacate(stream);
            throw;
        }
    }

    /// <summary>Takes a stream's sockets out of this thread's set. On this thread only.</summary>
    public void Abandon(MediaStream stream)
    {
        Poller.Remove(stream.RtpSocket, stream.Slot * 2);
        Poller.Remove(stream.RtcpSocket, stream.Slot * 2 + 1);
        Vacate(stream);
    }

    private void Vacate(MediaStream stream)
    {
        lock (_slotLock)
        {
            _streams[stream.Slot] = null;
            _freeSlots.Push(stream.Slot);
        }
        stream.Slot = -1;
    }

    private void Run()
    {
        Span<int> ready = stackalloc int[BatchSize];
        // Native, so that the collector neither moves nor pins it.
        var memory = AllocateBuffer();
        var buffer = ToSpan(memory);
        var windowEnd = 0L;
        var windowPackets = 0;
        var busy = false;
        var count = 0;
        while (!_stopping)
        {
            var untilTimer = Wheel.SlotsToNext();
            if (busy && count < BatchSize)
            {
                // From one wake to the next, the work between counted in: under load the delay stays a tick.
                var sleep = untilTimer < 0 ? _tickMicroseconds : Math.Min(_tickMicroseconds, untilTimer * 1000L);
                sleep -= Elapsed() - Now;
                if (sleep > 0)
                    Poller.Sleep((int)sleep);
            }
            // What is due in a fraction of a millisecond is taken a little later, with the packets of the tick.
            count = Poller.Wait(ready, busy || !_pending.IsEmpty ? 0 : untilTimer);
            Now = Elapsed();
            Counters.Wakes++;
            RunOperations();
            for (var i = 0; i < count; i++)
                Receive(ready[i], buffer);
            Wheel.Advance(Now / 1000, Now);

            windowPackets += count;
            if (Now >= windowEnd)
            {
                busy = windowPackets >= BusyPacketsPerWindow;
                windowPackets = 0;
                windowEnd = Now + WindowMicroseconds;
            }
        }
        RunOperations();
        foreach (var stream in _streams)
            stream?.Abort();
        Free(memory);
        Free(_scratch);
    }

    private static unsafe nint AllocateBuffer() => (nint)NativeMemory.AlignedAlloc(BufferBytes, 64);

    private static unsafe Span<byte> ToSpan(nint memory) => new((void*)memory, BufferBytes);

    private static unsafe void Free(nint memory) => NativeMemory.AlignedFree((void*)memory);

    private long Elapsed() => _time.GetElapsedTime(_startedAt).Ticks / TimeSpan.TicksPerMicrosecond;

    private void RunOperations()
    {
        Volatile.Write(ref _wakeRequested, 0);
        Interlocked.MemoryBarrier();
        while (_pending.TryDequeue(out var stream))
        {
            try
            {
                stream.RunOperations(this);
            }
            catch (Exception e)
            {
                Fault(e, stream.LocalPort);
            }
        }
    }

    private void Receive(int token, Span<byte> buffer)
    {
        if (_streams[token >> 1] is not { } stream)
            return;
        try
        {
            var rtcp = (token & 1) != 0;
            var length = Poller.Receive(rtcp ? stream.RtcpSocket : stream.RtpSocket, buffer, out var from);
            if (length < 0)
                return;
            if (length > buffer.Length)
                stream.Drop(RtpDropReason.Oversize);
            else if (rtcp)
                stream.OnRtcp(buffer[..length], from);
            else
                stream.OnRtp(buffer[..length], from);
        }
        catch (Exception e)
        {
            Fault(e, stream.LocalPort);
        }
    }

    /// <summary>Counts and logs a defect that one packet, timer or command met, in which nobody else may be harmed. On this thread only.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="port">Of the stream; 0 when not known.</param>
    public void Fault(Exception e, int port)
    {
        // One line for each power of two: a defect that every packet meets must not fill the disk.
        if (System.Numerics.BitOperations.IsPow2(++Counters.Faults))
            LogErrorFault(e, port, Counters.Faults);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The media engine failed on a packet or command of port {Port} and goes on; {Faults} such failures so far. This is a defect: please report it.")]
    private partial void LogErrorFault(Exception e, int port, long faults);
}
