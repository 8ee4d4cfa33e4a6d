using System.ComponentModel;
using CallCluster.Media.Dtls;
using CallCluster.Media.Mixing;
using CallCluster.Media.Recording;
using CallCluster.Media.Rtp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallCluster.Media.Engine;

/// <summary>Sends, receives and relays RTP on a few threads of its own.</summary>
public sealed partial class MediaEngine : IDisposable
{
    private readonly RtpPortPool _ports;
    private readonly MediaThread[] _threads;
    private readonly ILogger _logger;
    private static readonly TimeSpan WriterPatience = TimeSpan.FromSeconds(10);
    private readonly HashSet<FileRecording> _recordings = [];
    private int _openStreams;
    private long _recordingsFailed;
    private long _order;
    private readonly Lock _opening = new();
    private bool _disposed;

    /// <summary>Starts the media threads; they sleep until the first stream is opened.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port range holds no pair.</exception>
    public MediaEngine(MediaEngineOptions options, ILogger<MediaEngine>? logger = null, TimeProvider? time = null)
    {
        Options = options;
        Time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<MediaEngine>.Instance;
        Writer = new RecordingWriter(_logger);
        Handshakes = new DtlsHandshakes(Time, _logger);
        _ports = new RtpPortPool(options.Address, options.PortMin, options.PortMax);
        var threads = options.Threads > 0 ? options.Threads : Math.Max(1, Environment.ProcessorCount / 2);
        var startedAt = Time.GetTimestamp();
        _threads = [.. Enumerable.Range(0, threads).Select(i => new MediaThread(i, options, Time, startedAt, _logger))];
    }

    /// <summary>Streams that are open.</summary>
    public int OpenStreams => Volatile.Read(ref _openStreams);

    /// <summary>Of the certificate that this process shows in DTLS handshakes; goes into SDP.</summary>
    public DtlsFingerprint Fingerprint => Handshakes.Identity.Fingerprint;

    internal DtlsHandshakes Handshakes { get; }

    internal RecordingWriter Writer { get; }

    internal MediaEngineOptions Options { get; }

    internal TimeProvider Time { get; }

    internal IReadOnlyList<MediaThread> Threads => _threads;

    /// <summary>Has a file that belongs to a recording written, or removed, by the threads that write the audio: a disk that hangs holds up these and nothing else.</summary>
    public void Write(Action work) => Writer.Enqueue(work);

    /// <summary>Binds a port pair and gives it to a new stream, which drops all that arrives until <see cref="MediaStream.Configure"/>.</summary>
    /// <exception cref="NoPortAvailableException">The range is exhausted.</exception>
    /// <exception cref="ObjectDisposedException">The engine is closed.</exception>
    public MediaStream Open(IMediaStreamHandler handler)
    {
        // No thread may stop while a stream is on its way to it.
        using var opening = _opening.EnterScope();
        ObjectDisposedException.ThrowIf(_disposed, this);
        var (rtp, rtcp) = _ports.Take();
        var thread = LeastLoaded();
        Interlocked.Increment(ref thread.Load);
        Interlocked.Increment(ref _openStreams);
        var stream = new MediaStream(this, thread, handler, rtp, rtcp);
        try
        {
            thread.Adopt(stream);
        }
        catch (Win32Exception e)
        {
            Interlocked.Decrement(ref thread.Load);
            StreamClosed();
            Release(stream);
            throw new NoPortAvailableException($"The system will not watch another socket ({e.Message}): see fs.epoll.max_user_watches and the memory left.", e);
        }
        return stream;
    }

    /// <summary>A mix without members, for streams of this engine.</summary>
    public MediaMix CreateMix() => new(this, LeastLoaded());

    /// <summary>The counts of all threads together.</summary>
    public MediaEngineTotals Totals()
    {
        long Sum(Func<MediaCounters, long> count) => _threads.Sum(t => count(t.Counters));
        return new MediaEngineTotals
        {
            PacketsReceived = Sum(c => c.Received),
            PacketsSent = Sum(c => c.Sent),
            PacketsRelayed = Sum(c => c.Relayed),
            DigitsReceived = Sum(c => c.DigitsReceived),
            DigitsSent = Sum(c => c.DigitsSent),
            DigitsDropped = Sum(c => c.DigitsDropped),
            ChecksAnswered = Sum(c => c.ChecksAnswered),
            Faults = Sum(c => c.Faults),
            Wakes = Sum(c => c.Wakes),
            OpenStreams = OpenStreams,
            PortsInUse = _ports.InUse,
            PortsResting = (int)Sum(c => c.Resting),
            PortCapacity = _ports.Capacity,
            RecordingsFailed = Interlocked.Read(ref _recordingsFailed),
            RecordingLost = TimeSpan.FromSeconds(Sum(c => c.RecordingSamplesLost) / 8000.0),
            Handshakes = [.. Enum.GetValues<DtlsFailure>().Select(Handshakes.CountOf)],
            Dropped = [.. Enum.GetValues<RtpDropReason>().Select(reason => Sum(c => c.Dropped[(int)reason]))],
        };
    }

    /// <summary>Closes all streams, ends the threads and waits until recordings are on disk; ten seconds for a disk that hangs.</summary>
    public void Dispose()
    {
        lock (_opening)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        foreach (var thread in _threads)
            thread.Stop();
        FileRecording[] open;
        lock (_recordings)
            open = [.. _recordings];
        foreach (var recording in open)
            recording.Complete(RecordingEnd.StreamClosed);
        Writer.Stop(WriterPatience);
    }

    private MediaThread LeastLoaded()
    {
        var thread = _threads[0];
        foreach (var candidate in _threads)
        {
            if (Volatile.Read(ref candidate.Load) < Volatile.Read(ref thread.Load))
                thread = candidate;
        }
        return thread;
    }

    internal long NextOrder() => Interlocked.Increment(ref _order);

    internal void Release(MediaStream stream) => _ports.Return(stream.RtpSocket, stream.RtcpSocket);

    internal void StreamClosed() => Interlocked.Decrement(ref _openStreams);

    internal void RecordingStarted(FileRecording recording)
    {
        lock (_recordings)
            _recordings.Add(recording);
    }

    internal void RecordingStopped(FileRecording recording, RecordingResult result)
    {
        lock (_recordings)
            _recordings.Remove(recording);
        if (result.End == RecordingEnd.Failed)
        {
            Interlocked.Increment(ref _recordingsFailed);
            LogWarningRecordingFailed(result.Path, result.Duration, result.Error);
        }
        else if (result.Lost > TimeSpan.Zero)
        {
            LogWarningRecordingLost(result.Path, result.Lost);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Recording to {Path} failed after {Duration} of audio; the call goes on without it. Check that the directory exists, is writable and has space: {Reason}")]
    private partial void LogWarningRecordingFailed(string path, TimeSpan duration, string? reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "More than {PerSecond} ClientHellos in a second, the last from {From}, came to the leg at port {Port}: the rest of each second's are dropped, there and whenever it happens again on that leg.")]
    internal partial void LogInformationHellos(int perSecond, System.Net.IPEndPoint from, int port);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The recording {Path} has silence in place of {Lost} of audio: its disk was too slow or stood still. Check the disk's or the network storage's latency.")]
    private partial void LogWarningRecordingLost(string path, TimeSpan lost);
}
