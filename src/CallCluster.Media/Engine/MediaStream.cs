using System.Collections.Concurrent;
using CallCluster.Media.Dtmf;
using CallCluster.Media.Prompts;
using CallCluster.Media.Recording;
using CallCluster.Media.Rtp;
using CallCluster.Media.Srtp;

namespace CallCluster.Media.Engine;

/// <summary>One RTP session with one peer: an even RTP port and its RTCP port. Its methods may be called from any thread; they take effect in the order called, within a tick.</summary>
public sealed partial class MediaStream : IDisposable
{
    private readonly MediaEngine _engine;
    private readonly IMediaStreamHandler _handler;
    private readonly ConcurrentQueue<Action> _operations = new();
    private volatile MediaThread _thread;
    private MediaStreamParameters? _parameters;
    private bool _closed;
    private int _disposed;

    internal MediaStream(MediaEngine engine, MediaThread thread, IMediaStreamHandler handler, DatagramSocket rtp, DatagramSocket rtcp)
    {
        _engine = engine;
        _thread = thread;
        _handler = handler;
        RtpSocket = rtp;
        RtcpSocket = rtcp;
        LocalPort = rtp.Port;
        _playTimer = new TimerEntry(OnPlayTimer);
        _reportTimer = new TimerEntry(OnReportTimer);
        _watchTimer = new TimerEntry(OnWatchTimer);
        _noiseTimer = new TimerEntry(OnNoiseTimer);
    }

    /// <summary>The RTP port to announce in SDP; RTCP is on the next one.</summary>
    public int LocalPort { get; }

    /// <summary>The figures of this stream; may be read at any time.</summary>
    public RtpStreamStatistics Statistics => ReadStatistics();

    internal DatagramSocket RtpSocket { get; }

    internal DatagramSocket RtcpSocket { get; }

    internal int Slot { get; set; } = -1;

    internal MediaThread Thread => _thread;

    /// <summary>Sets what offer and answer agreed. May be called again after a re-offer: the latch is armed anew, and packets go where they went until the peer is heard.</summary>
    /// <exception cref="ArgumentException">A payload type is not within 0 to 127.</exception>
    public void Configure(MediaStreamParameters parameters)
    {
        foreach (var type in (ReadOnlySpan<int?>)[parameters.PayloadType, parameters.ReceivePayloadType, parameters.SendTelephoneEvent, parameters.ReceiveTelephoneEvent,
            parameters.SendComfortNoise, parameters.ReceiveComfortNoise])
        {
            if (type is < 0 or > 127)
                throw new ArgumentException($"RTP payload type {type} is not within 0 to 127.", nameof(parameters));
        }
        var srtp = Agree(parameters.Srtp);
        Post(() => SetParameters(parameters, srtp));
    }

    /// <summary>Passes audio and digits both ways between this stream and <paramref name="other"/>. Ends what either plays and any earlier bridge of either.</summary>
    public void Bridge(MediaStream other)
    {
        if (other == this)
            throw new ArgumentException("A stream cannot be bridged to itself.", nameof(other));
        if (other._engine != _engine)
            throw new ArgumentException("Only streams of one engine can be bridged.", nameof(other));
        var order = _engine.NextOrder();
        Post(() => BridgeTo(other, order));
    }

    /// <summary>Ends the bridge on both sides.</summary>
    public void Unbridge()
    {
        var order = _engine.NextOrder();
        Post(() => Unlink(order));
    }

    /// <summary>Plays the prompts one after the other to the peer, in place of what was being played. While bridged, the bridge's audio towards this peer waits.</summary>
    /// <param name="prompts">What to play.</param>
    /// <param name="loop">Start again at the end, until stopped. The loop that this stream played last goes on where it was cut, whatever was played since.</param>
    /// <param name="interruptible">A digit from the peer ends it.</param>
    /// <param name="playId">Handed back in <see cref="IMediaStreamHandler.OnPlaybackFinished"/>.</param>
    public void Play(IReadOnlyList<Prompt> prompts, bool loop = false, bool interruptible = false, long playId = 0)
    {
        var playout = new Playout([.. prompts], loop, interruptible, playId, _engine.NextOrder());
        Post(() => StartPlaying(playout));
    }

    /// <summary>Ends playback at the next frame.</summary>
    public void StopPlaying() => Post(() => EndPlaying(interrupted: true));

    /// <summary>Records what the peer says, in place of an earlier recording. The file is made by a writer of its own; trouble with it is told by <see cref="IMediaStreamHandler.OnRecordingStopped"/>.</summary>
    public void Record(RecordingOptions options) => Post(() => StartRecording(options));

    /// <summary>Ends the recording; its result comes by <see cref="IMediaStreamHandler.OnRecordingStopped"/>.</summary>
    public void StopRecording() => Post(() => EndRecording(RecordingEnd.Stopped));

    /// <summary>Copies what the peer says into <paramref name="capture"/> from now on; null ends that.</summary>
    public void Capture(PcmCapture? capture) => Post(() => SetCapture(capture));

    /// <summary>Sends keys, 100 ms each, as telephone-events (RFC 4733) or, with <see cref="MediaStreamParameters.InbandDtmf"/>, as tones; audio waits meanwhile. Ignored when the peer takes neither. At most 32 wait; more are dropped and counted.</summary>
    /// <exception cref="ArgumentException">A character is none of 0-9 * # A-D.</exception>
    public void SendDigits(string digits)
    {
        foreach (var digit in digits)
        {
            if (DtmfDigits.CodeOf(digit) < 0)
                throw new ArgumentException($"'{digit}' is not a telephone key (0-9 * # A-D).", nameof(digits));
        }
        Post(() => StartDigits(digits));
    }

    /// <summary>Ends everything on this stream; the port rests and is then reused.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Post(Close);
    }

    internal void Post(Action operation)
    {
        _operations.Enqueue(operation);
        _thread.Notify(this);
    }

    /// <summary>Runs what was posted, in order. A stream that has moved since is left to its new thread.</summary>
    internal void RunOperations(MediaThread current)
    {
        while (_thread == current && TryNextOperation(out var operation))
            operation();
        if (_thread != current)
            _thread.Notify(this);
    }

    private void SetParameters(MediaStreamParameters parameters, SrtpSession? srtp)
    {
        if (_closed)
        {
            srtp?.Dispose();
            return;
        }
        if (parameters.IsAnotherPeer)
            LeavePeer(parameters);
        if (parameters.Dtls is null)
            SetSrtp(srtp);
        var first = _parameters is null;
        // Another peer has announced nothing; a refresh of the session takes nothing back.
        if (!first && (parameters.IsAnotherPeer || !parameters.Remote.Equals(_parameters!.Remote)))
        {
            _isSilenceAnnounced = false;
            _silence = null;
            _audio = null;
            _lastRtcpAt = -1;
        }
        _parameters = parameters;
        _ptime = Math.Clamp(parameters.PtimeMilliseconds, 10, 60);
        ForgetRelayed();
        _payloadType = parameters.PayloadType ?? (int)parameters.Codec;
        _receivePayloadType = parameters.ReceivePayloadType ?? _payloadType;
        _sends = parameters.Direction is MediaDirection.SendReceive or MediaDirection.SendOnly;
        _receives = parameters.Direction is MediaDirection.SendReceive or MediaDirection.ReceiveOnly;
        ArmSource(parameters);
        SetDtls(parameters.Dtls);
        _rtcpLearned = default;
        if (first)
            ScheduleReport(first: true);
        ArmWatch();
        RenderSilence();
        _peer?.RenderSilence();
    }

    /// <summary>The dialog was replaced: who was at the other end hears and says nothing more here, under no key and from no source that they had proved to be theirs.</summary>
    private void LeavePeer(MediaStreamParameters next)
    {
        _latch.LeavePeer(_reception.Ssrc);
        _ice = null;
        SetDtls(null);
        if (next.Dtls is not null || _parameters?.Dtls is not null)
            SetSrtp(null);
    }
}
