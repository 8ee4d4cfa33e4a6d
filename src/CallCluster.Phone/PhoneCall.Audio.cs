using System.Threading.Channels;
using CallCluster.Media.Codecs;
using CallCluster.Media.Comparison;
using CallCluster.Media.Engine;
using CallCluster.Media.Prompts;
using CallCluster.Sip.Sdp;

namespace CallCluster.Phone;

/// <summary>What the call says and hears.</summary>
public sealed partial class PhoneCall : IMediaStreamHandler
{
    /// <summary>How much more audio is heard before a comparison is tried again.</summary>
    private const int StepSamples = 1600;

    private readonly Channel<char> _digits = Channel.CreateBounded<char>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Dictionary<long, TaskCompletionSource<bool>> _playing = [];
    private readonly SemaphoreSlim _dialling = new(1, 1);
    private TaskCompletionSource? _dialled;
    private Exception? _silenced;
    private bool _listening;
    private bool _held;
    private long _lastPlay;

    /// <summary>Speaks 8000 Hz samples, in place of what is being played. True when they were sent to the end, false when something cut them short.</summary>
    public Task<bool> PlayAsync(ReadOnlyMemory<short> samples, CancellationToken cancellationToken = default) =>
        PlayAsync(Prompt.FromPcm("phone", samples.Span), loop: false, cancellationToken);

    /// <summary>Plays a prompt, in place of what is being played. True when it was sent to its end, false when something cut it short. The token stops it.</summary>
    public async Task<bool> PlayAsync(Prompt prompt, bool loop = false, CancellationToken cancellationToken = default)
    {
        EnsureAgreed();
        var finished = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        long id;
        lock (_lock)
        {
            if (_silenced is not null)
                return false;
            id = ++_lastPlay;
            _playing.Add(id, finished);
        }

        await using var stop = cancellationToken.Register(StopPlaying).ConfigureAwait(false);
        _media.Play([prompt], loop, interruptible: false, id);
        var whole = await finished.Task.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return whole;
    }

    /// <summary>Falls silent.</summary>
    public void StopPlaying() => _media.StopPlaying();

    /// <summary>Presses keys (0-9 * # A-D) by RFC 4733; done when the last one was sent.</summary>
    /// <exception cref="InvalidOperationException">The peer takes no telephone-events.</exception>
    public async Task SendDigitsAsync(string digits, CancellationToken cancellationToken = default)
    {
        EnsureAgreed();
        if (Agreed!.TelephoneEventPayloadType is null)
            throw new InvalidOperationException("The peer takes no telephone-events.");
        if (digits.Length == 0)
            return;
        await _dialling.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var dialled = Pending();
            lock (_lock)
            {
                if (_silenced is not null)
                    throw _silenced;
                _dialled = dialled;
            }

            _media.SendDigits(digits);
            await dialled.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _dialling.Release();
        }
    }

    /// <summary>The next <paramref name="count"/> keys that the peer presses, those already pressed and not yet taken first.</summary>
    public async Task<string> WaitForDigitsAsync(int count, CancellationToken cancellationToken = default)
    {
        var digits = new char[count];
        for (var i = 0; i < count; i++)
        {
            try
            {
                digits[i] = await _digits.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ChannelClosedException)
            {
                throw new PhoneCallFailedException(await Ended.ConfigureAwait(false));
            }
        }

        return new string(digits);
    }

    /// <summary>Listens for a while and returns what was heard in it, as 8000 Hz samples; less when the peer was silent or the call ended.</summary>
    public async Task<short[]> ListenAsync(TimeSpan duration, CancellationToken cancellationToken = default)
    {
        var start = Heard.Count;
        await Task.WhenAny(Task.Delay(duration, _phone.Time, cancellationToken), Ended).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return Heard.ToArray(start);
    }

    /// <summary>Waits until <paramref name="speech"/> was heard whole, and returns the comparison; when it was not within <paramref name="within"/> or
    /// before the call ended, the last comparison says how much of it was.</summary>
    /// <param name="speech">What the peer plays, 8000 Hz.</param>
    /// <param name="within">How long to wait for it.</param>
    /// <param name="from">Sample of <see cref="Heard"/> from which to look: what was heard earlier does not count.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<AudioComparison> HearAsync(ReadOnlyMemory<short> speech, TimeSpan within, int from = 0, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var alarm = _phone.Time.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), patience, within, Timeout.InfiniteTimeSpan);
        var wanted = from + speech.Length;
        while (true)
        {
            var more = true;
            try
            {
                var enough = Heard.WaitAsync(wanted, patience.Token);
                more = await Task.WhenAny(enough, Ended).ConfigureAwait(false) == enough;
                if (more)
                    await enough.ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                more = false;
            }

            var heard = Heard.ToArray(from);
            var comparison = AudioComparison.Compare(speech.Span, heard);
            if (comparison.IsIntact || !more)
                return comparison;
            // To the sample where it should be whole, for the peer may fall silent there; else a little further.
            var end = comparison.OffsetSamples + speech.Length;
            wanted = from + (end > heard.Length ? end : heard.Length + StepSamples);
        }
    }

    void IMediaStreamHandler.OnDigit(MediaStream stream, char digit)
    {
        Tell(PhoneEventKind.Digit, digit.ToString());
        _digits.Writer.TryWrite(digit);
    }

    void IMediaStreamHandler.OnPlaybackFinished(MediaStream stream, long playId, bool interrupted)
    {
        TaskCompletionSource<bool>? finished;
        lock (_lock)
            _playing.Remove(playId, out finished);
        finished?.TrySetResult(!interrupted);
    }

    void IMediaStreamHandler.OnDigitsSent(MediaStream stream) => Interlocked.Exchange(ref _dialled, null)?.TrySetResult();

    private void Agree(NegotiatedMedia? agreed)
    {
        if (agreed is null)
            return;
        Agreed = agreed;
        _media.Configure(new MediaStreamParameters
        {
            Remote = agreed.Remote,
            RemoteRtcp = agreed.RemoteRtcp,
            RtcpMux = agreed.RtcpMux,
            Codec = (MediaCodec)agreed.Codec.PayloadType, // both are numbered as in RFC 3551 section 6
            PayloadType = agreed.PayloadType,
            ReceivePayloadType = agreed.ReceivePayloadType,
            SendTelephoneEvent = agreed.TelephoneEventPayloadType,
            ReceiveTelephoneEvent = agreed.ReceiveTelephoneEventPayloadType,
            TelephoneEventClock = agreed.TelephoneEventClockRate,
            Direction = agreed.Direction switch
            {
                Sip.Sdp.MediaDirection.SendRecv => Media.Engine.MediaDirection.SendReceive,
                Sip.Sdp.MediaDirection.SendOnly => Media.Engine.MediaDirection.SendOnly,
                Sip.Sdp.MediaDirection.RecvOnly => Media.Engine.MediaDirection.ReceiveOnly,
                _ => Media.Engine.MediaDirection.Inactive,
            },
            PtimeMilliseconds = agreed.PtimeMs,
        });
        if (!_listening)
            _media.Capture(Heard);
        _listening = true;
        NoteHold(!agreed.Direction.CanSend());
    }

    private void NoteHold(bool held)
    {
        if (held == _held || !_answered.Task.IsCompleted)
            return;
        _held = held;
        Tell(held ? PhoneEventKind.Held : PhoneEventKind.Resumed, "");
    }

    private void EnsureAgreed()
    {
        if (Agreed is null)
            throw new InvalidOperationException("There is no audio yet: await Answered first.");
    }

    private void EndAudio(Exception reason)
    {
        TaskCompletionSource<bool>[] playing;
        lock (_lock)
        {
            _silenced = reason;
            playing = [.. _playing.Values];
            _playing.Clear();
        }

        foreach (var finished in playing)
            finished.TrySetResult(false);
        if (Interlocked.Exchange(ref _dialled, null) is { } dialled)
            Fail(dialled, reason);
        _digits.Writer.TryComplete();
    }
}
