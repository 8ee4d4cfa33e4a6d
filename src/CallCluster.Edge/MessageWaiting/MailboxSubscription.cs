using System.Globalization;
using System.Text;
using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.MessageWaiting;

/// <summary>One phone that wants to know of the messages in one box: the notifier's side of a subscription (RFC 6665 4.2) and its dialog.</summary>
internal sealed class MailboxSubscription
{
    private readonly NameAddress _local;
    private readonly NameAddress _remote;
    private readonly SipUri _target;
    private readonly SipUri? _nextHop;
    private readonly IReadOnlyList<NameAddress> _routes;
    private readonly string _event;
    private readonly string _contact;
    private int _cseq;

    public MailboxSubscription(string agent, string box, IncomingRequest subscribe)
    {
        var request = subscribe.Request;
        (Agent, Box) = (agent, box);
        Id = new DialogId(request.CallId, subscribe.LocalTag, request.From.Tag ?? "");
        _local = request.To.WithTag(subscribe.LocalTag);
        _remote = request.From;
        _target = request.Contact[0].Uri;
        _routes = request.RecordRoute;
        _event = request.GetHeader(HeaderNames.Event) ?? "";
        var listener = subscribe.Listener;
        _contact = $"<{new SipUri("sip", box, listener.AdvertisedHost, listener.AdvertisedPort)}{(listener.Protocol == Sip.Transports.SipTransportProtocol.Udp ? "" : ";transport=" + listener.Protocol.ToString().ToLowerInvariant())}>";
        // A phone that names another address than it sends from is behind a NAT: it is reached where it sends from (RFC 3581).
        var source = subscribe.RemoteEndPoint;
        if (_routes.Count == 0 && _target.Host != source.Address.ToString()) _nextHop = _target.WithHostPort(source.Address.ToString(), source.Port);
    }

    public DialogId Id { get; }

    public string Agent { get; }

    public string Box { get; }

    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>How many messages the phone was told of; null before the first NOTIFY.</summary>
    public int? Told { get; set; }

    /// <summary>What a 2xx to SUBSCRIBE carries (RFC 6665 4.2.1.1).</summary>
    public IReadOnlyList<(string Name, string Value)> AcceptHeaders(TimeSpan expires) =>
        [(HeaderNames.Expires, Seconds(expires)), (HeaderNames.Contact, _contact), .. _routes.Select(route => (HeaderNames.RecordRoute, route.ToString()))];

    /// <summary>Sends the count (RFC 3842); <paramref name="left"/> is how long the subscription lasts, null when it has ended.</summary>
    public void Notify(SipEndpoint endpoint, int messages, TimeSpan? left, string account, Action<int> completed)
    {
        var notify = new SipRequest(SipMethods.Notify, _target) { From = _local, To = _remote, CallId = Id.CallId, CSeq = new CSeq((uint)Interlocked.Increment(ref _cseq), SipMethods.Notify) };
        foreach (var route in _routes) notify.Headers.Add(HeaderNames.Route, route.ToString());
        notify.Headers.Add(HeaderNames.Contact, _contact);
        notify.Headers.Add(HeaderNames.Event, _event);
        notify.Headers.Add(HeaderNames.SubscriptionState, left is { } time ? $"active;expires={Seconds(time)}" : "terminated;reason=timeout");
        notify.SetBody("application/simple-message-summary", Encoding.UTF8.GetBytes(
            $"Messages-Waiting: {(messages > 0 ? "yes" : "no")}\r\nMessage-Account: {account}\r\nVoice-Message: {messages.ToString(CultureInfo.InvariantCulture)}/0 (0/0)\r\n"));
        endpoint.SendRequest(notify, (status, _) => completed(status), _nextHop);
    }

    private static string Seconds(TimeSpan time) => Math.Max(0, (int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
