using System.Collections.Concurrent;
using System.Diagnostics;
using CallCluster.Media.Dtls;
using CallCluster.Media.Engine;
using CallCluster.Media.Recording;
using CallCluster.Media.Rtp;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Media.Tests.Engine;

/// <summary>An engine on loopback, its peers, and what it told its handler. Time stands still unless a test moves it, but sockets are real.</summary>
public abstract class EngineTest : IDisposable, IMediaStreamHandler
{
    private protected readonly FakeTimeProvider _time = new();
    private readonly List<IDisposable> _owned = [];
    private readonly BlockingCollection<string> _told = [];
    private MediaEngine? _engine;

    private protected MediaEngineOptions Options { get; set; } = new() { Threads = 1 };

    private protected MediaEngine Engine => _engine ??= new MediaEngine(Options, Log, _time);

    private protected FakeLogger<MediaEngine> Log { get; } = new();

    private protected List<RecordingResult> Results { get; } = [];

    public void Dispose()
    {
        _engine?.Dispose();
        _owned.ForEach(o => o.Dispose());
        _told.Dispose();
        GC.SuppressFinalize(this);
    }

    void IMediaStreamHandler.OnDigit(MediaStream stream, char digit) => _told.Add($"digit {digit}");

    void IMediaStreamHandler.OnPlaybackFinished(MediaStream stream, long playId, bool interrupted) => _told.Add($"played {playId}{(interrupted ? " interrupted" : "")}");

    void IMediaStreamHandler.OnDigitsSent(MediaStream stream) => _told.Add("sent");

    void IMediaStreamHandler.OnSecurityFailed(MediaStream stream, DtlsFailure failure) => _told.Add($"insecure {failure}");

    void IMediaStreamHandler.OnMediaTimeout(MediaStream stream) => _told.Add("timeout");

    void IMediaStreamHandler.OnRecordingStopped(MediaStream stream, RecordingResult result)
    {
        lock (Results)
            Results.Add(result);
        _told.Add($"recorded {result.RecordingId} {result.End}");
    }

    private protected string NextTold()
    {
        Assert.True(_told.TryTake(out var told, TimeSpan.FromSeconds(8)), "The handler was told nothing within 8 s.");
        return told;
    }

    private protected void AssertNothingTold() => Assert.False(_told.TryTake(out var told), told);

    /// <summary>A phone that lives until the engine is closed: what a closing stream still sends (an RTCP BYE) must not reach the socket of another test that got the port after it.</summary>
    private protected RtpPeer Peer(uint ssrc = 0x1234, int payloadType = 0)
    {
        var peer = new RtpPeer { Ssrc = ssrc, PayloadType = payloadType };
        _owned.Add(peer);
        return peer;
    }

    private protected MediaStream Open(RtpPeer peer, Func<MediaStreamParameters, MediaStreamParameters>? change = null)
    {
        var stream = Engine.Open(this);
        var parameters = new MediaStreamParameters { Remote = peer.Address, RemoteRtcp = peer.RtcpAddress, SendTelephoneEvent = 101, ReceiveTelephoneEvent = 101 };
        stream.Configure(change?.Invoke(parameters) ?? parameters);
        return stream;
    }

    /// <summary>Waits until all that was asked of the stream before has taken effect.</summary>
    private protected static void Settle(params MediaStream[] streams)
    {
        foreach (var stream in streams)
        {
            using var done = new ManualResetEventSlim();
            stream.Post(done.Set);
            Assert.True(done.Wait(TimeSpan.FromSeconds(8)), "The media thread does not answer.");
        }
    }

    private protected void Advance(int milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        foreach (var thread in Engine.Threads)
            thread.Wake();
    }

    private protected void WaitFor(Func<bool> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(8), $"Waited in vain until {what}.");
            foreach (var thread in Engine.Threads)
                thread.Wake();
            Thread.Yield();
        }
    }

    private protected void WaitForDropped(RtpDropReason reason, long count) =>
        WaitFor(() => Engine.Totals().DroppedFor(reason) >= count, $"{count} packets are dropped for {reason} (now {Engine.Totals().DroppedFor(reason)})");
}
