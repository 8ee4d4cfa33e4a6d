using System.Globalization;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.SessionTimers;

/// <summary>
/// The session timer of one session (RFC 4028): asked for in each of our INVITEs and UPDATEs, answered in each of the peer's, and then refreshed by us at half of the
/// interval, or watched until the peer's refresh is overdue. Under the endpoint's lock.
/// </summary>
internal sealed class SessionTimer : ISipTimerOwner
{
    /// <summary>The option tag (§6).</summary>
    internal const string OptionTag = "timer";

    /// <summary>A 422 whose Min-SE is above this is no offer to talk on.</summary>
    private const uint Greatest = 24 * 3600;

    private readonly TimerQueue _timers;
    private readonly InviteSession _session;
    private readonly uint _minimum;
    private readonly SipTimer _timer;
    private uint _interval;
    private uint _peerMinimum;
    private bool? _isRefresher;
    private TimeSpan _left;

    internal SessionTimer(TimerQueue timers, InviteSession session, SessionTimerOptions options)
    {
        _timers = timers;
        _session = session;
        _minimum = Seconds(options.Minimum);
        _interval = Seconds(options.Interval);
        _timer = new SipTimer(this);
    }

    /// <summary>§9: a request of somebody who knows session timers, and wants a session that is too short for us.</summary>
    internal static bool IsTooShort(SipRequest request, SessionTimerOptions options) =>
        SessionExpires.Of(request) is { } asked && asked.Seconds < Seconds(options.Minimum) && KnowsTimers(request);

    /// <summary>The headers of a 422 (§6).</summary>
    internal static (string Name, string Value) MinimumHeader(SessionTimerOptions options) => (HeaderNames.MinSE, Text(Seconds(options.Minimum)));

    /// <summary>Completes an INVITE or UPDATE of ours (§7.1, §7.4); who refreshes stays so.</summary>
    internal void Ask(SipRequest request)
    {
        if (!request.Headers.Contains(HeaderNames.Supported))
            request.Headers.Add(HeaderNames.Supported, OptionTag);
        request.Headers.Set(HeaderNames.SessionExpires, new SessionExpires(_interval, _isRefresher).ToString());
        request.Headers.Set(HeaderNames.MinSE, Text(Math.Max(_minimum, _peerMinimum)));
    }

    /// <summary>The peer or a proxy wants a longer session (§7.3): true when asking again makes sense.</summary>
    internal bool TryRaise(SipResponse tooSmall)
    {
        var wanted = SessionExpires.MinimumOf(tooSmall);
        if (wanted <= _interval || wanted > Greatest)
            return false;
        _peerMinimum = Math.Max(_peerMinimum, wanted);
        _interval = wanted;
        return true;
    }

    /// <summary>A 2xx to our INVITE or UPDATE (§7.2); without Session-Expires the session does not expire any more.</summary>
    internal void OnAccepted(SipResponse response)
    {
        if (SessionExpires.Of(response) is { } agreed)
            Start(Math.Clamp(agreed.Seconds, _minimum, Greatest), isRefresher: agreed.RefresherIsUac ?? true);
        else
            Stop();
    }

    /// <summary>We accept the peer's INVITE or UPDATE (§9): the headers of the 2xx.</summary>
    internal (string Name, string Value)[] Accept(SipRequest request)
    {
        var knows = KnowsTimers(request);
        var asked = SessionExpires.Of(request);
        _peerMinimum = Math.Min(Math.Max(_peerMinimum, SessionExpires.MinimumOf(request)), Greatest);
        var agreed = Math.Max(Math.Min(asked?.Seconds ?? _interval, _interval), Math.Max(_minimum, _peerMinimum));
        // Who does not know timers can still have its session refreshed; else it is the caller's to do, as it wishes (table 2).
        var refresherIsUac = knows && asked?.RefresherIsUac != false;
        Start(agreed, isRefresher: !refresherIsUac);
        var value = (HeaderNames.SessionExpires, new SessionExpires(agreed, refresherIsUac).ToString());
        return knows ? [value, (HeaderNames.Require, OptionTag)] : [value];
    }

    internal void Stop() => _timers.Cancel(_timer);

    public void OnTimer(SipTimer timer)
    {
        if (_left <= TimeSpan.Zero)
        {
            _session.OnSessionExpired();
            return;
        }

        // Until it is answered with success, again: a refusal (a 500 while the peer is busy) is no end yet.
        Schedule(TimeSpan.FromSeconds(_interval / 8d));
        _session.Refresh();
    }

    // §10: the refresher acts at half of the interval; BYE is sent a little before the end, so that proxies still know the session.
    private void Start(uint interval, bool isRefresher)
    {
        _interval = interval;
        _isRefresher = isRefresher;
        _left = TimeSpan.FromSeconds(interval - Math.Min(32d, interval / 3d));
        Schedule(isRefresher ? TimeSpan.FromSeconds(interval / 2d) : _left);
    }

    private void Schedule(TimeSpan delay)
    {
        var next = delay < _left ? delay : _left;
        _left -= next;
        _timers.Schedule(_timer, next);
    }

    private static bool KnowsTimers(SipRequest request) => request.Supported.Contains(OptionTag, StringComparer.OrdinalIgnoreCase);

    private static uint Seconds(TimeSpan time) => (uint)time.TotalSeconds;

    private static string Text(uint seconds) => seconds.ToString(CultureInfo.InvariantCulture);
}
