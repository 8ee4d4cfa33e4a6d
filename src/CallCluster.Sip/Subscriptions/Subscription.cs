using System.Globalization;
using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Subscriptions;

/// <summary>
/// The notifier's side of one subscription (RFC 6665 §4.2), made by <see cref="IncomingRequest.Subscribe"/>. It ends by itself when it is not refreshed in time, when the subscriber no longer
/// wants it, and when a NOTIFY finds nobody. One NOTIFY is under way at a time; what changes meanwhile is told by the next, as it is then. Thread-safe.
/// </summary>
public sealed class Subscription : ISipTimerOwner
{
    private readonly SipEndpoint _endpoint;
    private readonly Action<Subscription> _ended;
    private readonly string _event;
    private readonly string _contactUser;
    private readonly SipTimer _expiry;
    private DateTimeOffset _expires;
    private SipBody? _body;
    private long _version = long.MinValue;
    private string? _endedBy;
    private bool _isOwed;
    private bool _isUnderWay;

    internal Subscription(SipEndpoint endpoint, Dialog dialog, string eventValue, string contactUser, Action<Subscription> ended)
    {
        (_endpoint, Dialog, _event, _contactUser, _ended) = (endpoint, dialog, eventValue, contactUser, ended);
        _expiry = new SipTimer(this);
        endpoint.Subscriptions.Add(dialog.Id, this);
    }

    internal Dialog Dialog { get; }

    /// <summary>It is over: nothing more is told but that.</summary>
    public bool IsEnded => _endedBy is not null;

    /// <summary>Tells the subscriber the state; nothing when a newer one was told, or is about to be.</summary>
    /// <param name="body">The state.</param>
    /// <param name="version">Rises with each state.</param>
    public void Notify(SipBody body, long version)
    {
        lock (_endpoint.Gate)
        {
            if (version < _version)
                return;
            (_body, _version) = (body, version);
            // Who only fetches the state (§4.4.3) gets it with the last NOTIFY, which is owed since it subscribed.
            _isOwed |= !IsEnded;
            Send();
        }
    }

    /// <summary>Answers a SUBSCRIBE of this subscription: refreshes it, or with no time ends it, and tells the state again (§4.2.1.2).</summary>
    public void Refresh(IncomingRequest subscribe, TimeSpan time)
    {
        lock (_endpoint.Gate)
        {
            if (IsEnded)
            {
                subscribe.Respond(481);
                return;
            }

            Grant(subscribe, time);
            Send();
        }
    }

    /// <summary>Ends it with a last NOTIFY.</summary>
    /// <param name="reason">§4.1.3: <c>deactivated</c> (subscribe again), <c>noresource</c>, <c>timeout</c> …</param>
    public void Terminate(string reason)
    {
        lock (_endpoint.Gate)
        {
            if (!End(reason))
                return;
            _isOwed = true;
            Send();
        }
    }

    void ISipTimerOwner.OnTimer(SipTimer timer) => Terminate("timeout");

    internal void Grant(IncomingRequest subscribe, TimeSpan time)
    {
        Dialog.RefreshTarget(subscribe.Request);
        _expires = _endpoint.Now + time;
        if (time > TimeSpan.Zero)
            _endpoint.Timers.Schedule(_expiry, time);
        else
            End("timeout");
        _isOwed = true;
        subscribe.HoldFlow(time);
        subscribe.Respond(200, headers: [(HeaderNames.Expires, Seconds(time)), (HeaderNames.Contact, $"<{subscribe.Source.Transport.UriFor(_contactUser, secure: false)}>")]);
    }

    /// <summary>A request in its dialog; false when its number is one that was used before.</summary>
    internal bool TryReceive(IncomingRequest request)
    {
        if (!Dialog.TryAdvance(request.Request))
            return false;
        Dialog.Flow = request.Source;
        return true;
    }

    private void Send()
    {
        // The first state comes with Notify, right after the subscription was made.
        if (!_isOwed || _isUnderWay || (_body is null && !IsEnded))
            return;
        (_isOwed, _isUnderWay) = (false, true);
        var notify = Dialog.CreateRequest(SipMethods.Notify);
        notify.Headers.Add(HeaderNames.Event, _event);
        notify.Headers.Add(HeaderNames.SubscriptionState, _endedBy is { } reason ? $"terminated;reason={reason}" : $"active;expires={Seconds(_expires - _endpoint.Now)}");
        if (_endpoint.Options.UserAgent is { } agent)
            notify.Headers.Add(HeaderNames.UserAgent, agent);
        if (_body is not null)
            notify.SetBody(_body.ContentType, _body.Bytes);
        var client = new RequestClient((status, _) => OnNotified(status));
        _endpoint.Transport.Resolve(Dialog, flow =>
        {
            if (flow is not { } found)
            {
                client.OnFailure(null, 503);
                return;
            }

            notify.Headers.Add(HeaderNames.Contact, $"<{found.Transport.UriFor(_contactUser, secure: false)}>");
            _endpoint.Transactions.Send(notify, found, client);
        });
    }

    /// <summary>§4.2.2: a subscriber who does not take it, or is not there, is none.</summary>
    private void OnNotified(int status)
    {
        _isUnderWay = false;
        if (status >= 300 && End("rejected"))
            return;
        Send();
    }

    private bool End(string reason)
    {
        if (IsEnded)
            return false;
        _endedBy = reason;
        _endpoint.Timers.Cancel(_expiry);
        _endpoint.Subscriptions.Remove(Dialog.Id);
        _ended(this);
        return true;
    }

    private static string Seconds(TimeSpan time) => ((long)Math.Max(0, Math.Ceiling(time.TotalSeconds))).ToString(CultureInfo.InvariantCulture);
}
