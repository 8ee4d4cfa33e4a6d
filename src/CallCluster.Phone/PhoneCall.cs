using CallCluster.Media.Engine;
using CallCluster.Media.Recording;
using CallCluster.Media.Rtp;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Phone;

/// <summary>One call of a <see cref="SipPhone"/>, placed or received, as a script steers it. Members may be used from any thread; what is awaited
/// either happens, fails with <see cref="PhoneCallFailedException"/> because the call ended first, or is cancelled by its token.</summary>
public sealed partial class PhoneCall : IAsyncDisposable
{
    private readonly SipPhone _phone;
    private readonly MediaStream _media;
    private readonly OfferAnswerSession _offers;
    private readonly Lock _lock = new();
    private readonly List<PhoneEvent> _timeline = [];
    private readonly TaskCompletionSource _ringing = Pending();
    private readonly TaskCompletionSource _answered = Pending();
    private readonly TaskCompletionSource<PhoneCallEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private InviteSession? _session;
    private RtpStreamStatistics? _lastStatistics;
    private readonly bool _lateOffer;
    private int? _refusal;

    internal PhoneCall(SipPhone phone, bool isIncoming, bool lateOffer = false)
    {
        _phone = phone;
        IsIncoming = isIncoming;
        _lateOffer = lateOffer;
        _media = phone.Engine.Open(this);
        _offers = new OfferAnswerSession(phone.Capabilities(_media.LocalPort));
    }

    /// <summary>True when the phone was called, false when it called.</summary>
    public bool IsIncoming { get; }

    /// <summary>The INVITE that came in; null for a call that was placed.</summary>
    public SipRequest? Invite { get; private set; }

    /// <summary>The other side: whom we called, or From of the caller.</summary>
    public string Peer { get; internal init; } = "";

    /// <summary>The dialog's Call-ID.</summary>
    public string CallId => _session?.CallId ?? "";

    /// <summary>Done at the first 180 to 199 that was received, or sent by an incoming call. An answer without ringing completes it too.</summary>
    public Task Ringing => _ringing.Task;

    /// <summary>Done when both sides agreed on the call: audio may flow.</summary>
    public Task Answered => _answered.Task;

    /// <summary>Done when the call is over, for whatever reason; never fails.</summary>
    public Task<PhoneCallEnd> Ended => _ended.Task;

    /// <summary>What offer and answer agreed, or null before that.</summary>
    public NegotiatedMedia? Agreed { get; private set; }

    /// <summary>All audio heard from the moment that it was agreed on (early media included), at 8000 Hz; up to ten minutes.</summary>
    public PcmCapture Heard { get; } = new();

    /// <summary>RTP figures, after the end those at the end.</summary>
    public RtpStreamStatistics Statistics => _lastStatistics ?? _media.Statistics;

    /// <summary>What happened so far.</summary>
    public IReadOnlyList<PhoneEvent> Timeline
    {
        get
        {
            lock (_lock)
                return [.. _timeline];
        }
    }

    /// <summary>Says 180 Ringing. Nothing on a call that was placed or answered.</summary>
    public void Ring()
    {
        if (!IsIncoming || Answered.IsCompleted)
            return;
        Session.Progress(180);
        if (_ringing.TrySetResult())
            Tell(PhoneEventKind.Ringing, "180");
    }

    /// <summary>Answers an incoming call; done when the caller has confirmed it.</summary>
    public Task AnswerAsync(CancellationToken cancellationToken = default)
    {
        Answer();
        return Answered.WaitAsync(cancellationToken);
    }

    /// <summary>Refuses an incoming call.</summary>
    public void Reject(int status = 486, string? reason = null)
    {
        if (!IsIncoming)
            throw new InvalidOperationException("A call that was placed cannot be rejected; hang up.");
        _refusal = status;
        Session.Reject(status, reason);
    }

    /// <summary>Ends the call in the way that fits its state: CANCEL, a refusal with 603, or BYE. Nothing when it is over.</summary>
    public void HangUp() => Session.HangUp();

    /// <summary>Ends the call and waits until it is over.</summary>
    public Task<PhoneCallEnd> HangUpAsync(CancellationToken cancellationToken = default)
    {
        HangUp();
        return Ended.WaitAsync(cancellationToken);
    }

    /// <summary>Asks the peer to send nothing while we may still play (a=sendonly, RFC 3264 §8.4).</summary>
    public Task HoldAsync(CancellationToken cancellationToken = default) => ReofferAsync(Sip.Sdp.MediaDirection.SendOnly, cancellationToken);

    /// <summary>Ends our hold.</summary>
    public Task ResumeAsync(CancellationToken cancellationToken = default) => ReofferAsync(Sip.Sdp.MediaDirection.SendRecv, cancellationToken);

    /// <summary>Hangs up; nothing when the call is over.</summary>
    public ValueTask DisposeAsync()
    {
        HangUp();
        return ValueTask.CompletedTask;
    }

    private InviteSession Session => _session ?? throw new InvalidOperationException("The call has not begun.");

    internal void Begin(InviteSession session, SipRequest? invite)
    {
        _session = session;
        Invite = invite;
    }

    internal void Tell(PhoneEventKind kind, string detail)
    {
        var happened = new PhoneEvent(_phone.Time.GetUtcNow(), kind, this, detail);
        lock (_lock)
            _timeline.Add(happened);
        _phone.Tell(happened);
    }

    private static TaskCompletionSource Pending() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Fails what waits for something that can no longer happen; a script that did not wait for it is not punished.</summary>
    private static void Fail(TaskCompletionSource waiting, Exception reason)
    {
        if (waiting.TrySetException(reason))
            _ = waiting.Task.Exception;
    }
}
