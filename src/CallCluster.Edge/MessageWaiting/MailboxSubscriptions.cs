using CallCluster.Contracts.Directories;
using CallCluster.Edge.Admission;
using CallCluster.Edge.Legs;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.MessageWaiting;

/// <summary>
/// Message waiting (RFC 3842): agents' phones subscribe to voicemail boxes and are told when the number of messages changes. Subscriptions live at the edge that the phone
/// chose; when it dies the phone's refresh meets 481 and subscribes anew (RFC 6665 4.1.2.2).
/// </summary>
internal sealed partial class MailboxSubscriptions(EdgeContext edge, DigestGate digest) : IAsyncDisposable
{
    /// <summary>The event package.</summary>
    public const string Package = "message-summary";

    /// <summary>How often the boxes that somebody has subscribed to are looked at: one small message for each.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private const int MaxSubscriptions = 2000;
    private const int MaxPerAgent = 10;
    private static readonly TimeSpan MinExpires = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxExpires = TimeSpan.FromHours(1);
    private readonly Dictionary<DialogId, MailboxSubscription> _subscriptions = [];
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger = edge.Logger;
    private Task _looking = Task.CompletedTask;

    /// <summary>Subscriptions at present.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _subscriptions.Count;
        }
    }

    public void Start() => _looking = Look();

    /// <summary>SUBSCRIBE out of dialog.</summary>
    public void Subscribe(IncomingRequest incoming)
    {
        var request = incoming.Request;
        if (request.GetHeader(HeaderNames.Event)?.Split(';')[0].Trim() != Package)
        {
            incoming.Respond(489, headers: [(HeaderNames.AllowEvents, Package)]);
            return;
        }

        var identity = digest.Identify(request);
        if (identity.Agent is not { } agent)
        {
            if (digest.Challenge(request, stale: identity.Verdict is DigestVerdict.Stale or DigestVerdict.Replayed) is { } challenge) incoming.Respond(401, headers: challenge);
            else incoming.Respond(403, "Agents Only");
        }
        else if (request.RequestUri.User is not { } box || !edge.Routing.Routing.Voicemail.Boxes.ContainsKey(box)) incoming.Respond(404, "No Such Box");
        else if (request.Contact.Count != 1 || request.From.Tag is null) incoming.Respond(400, "One Contact Needed");
        else if (TryExpiry(incoming, out var expires)) Accept(incoming, new MailboxSubscription(agent, box, incoming), expires);
    }

    /// <summary>SUBSCRIBE in a dialog: refreshes a subscription or, with Expires 0, ends it.</summary>
    public void Refresh(IncomingRequest incoming)
    {
        var request = incoming.Request;
        MailboxSubscription? subscription;
        lock (_gate) subscription = _subscriptions.GetValueOrDefault(new DialogId(request.CallId, request.To.Tag ?? "", request.From.Tag ?? ""));
        if (subscription is null) incoming.Respond(481);
        else if (TryExpiry(incoming, out var expires)) Accept(incoming, subscription, expires);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static bool TryExpiry(IncomingRequest incoming, out TimeSpan expires)
    {
        expires = incoming.Request.Expires is { } seconds ? TimeSpan.FromSeconds(seconds) : MaxExpires;
        if (expires > MaxExpires) expires = MaxExpires;
        if (expires == TimeSpan.Zero || expires >= MinExpires) return true;
        incoming.Respond(423, headers: [(HeaderNames.MinExpires, $"{(int)MinExpires.TotalSeconds}")]);
        return false;
    }

    private void Accept(IncomingRequest incoming, MailboxSubscription subscription, TimeSpan expires)
    {
        lock (_gate)
        {
            subscription.ExpiresAt = edge.Clock.GetUtcNow() + expires;
            if (expires == TimeSpan.Zero)
            {
                _subscriptions.Remove(subscription.Id);
            }
            else if (_subscriptions.TryAdd(subscription.Id, subscription) && IsTooMany(subscription.Agent))
            {
                _subscriptions.Remove(subscription.Id);
                incoming.Respond(503, "Too Many Subscriptions", headers: [RetryAfter.Header(MinExpires)]);
                return;
            }
        }

        incoming.Respond(200, headers: subscription.AcceptHeaders(expires));
        _ = Tell(subscription);
    }

    private bool IsTooMany(string agent) => _subscriptions.Count > MaxSubscriptions || _subscriptions.Values.Count(subscription => subscription.Agent == agent) > MaxPerAgent;

    private async Task Look()
    {
        using var timer = new PeriodicTimer(LookEvery, edge.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false)) await LookOnce().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The edge stops.
        }
    }

    private async Task LookOnce()
    {
        MailboxSubscription[] all;
        lock (_gate) all = [.. _subscriptions.Values];
        foreach (var box in all.GroupBy(subscription => subscription.Box))
        {
            if (await Messages(box.Key).ConfigureAwait(false) is not { } messages) continue;
            foreach (var subscription in box)
            {
                if (subscription.Told != messages || subscription.ExpiresAt <= edge.Clock.GetUtcNow()) Tell(subscription, messages);
            }
        }
    }

    private async Task Tell(MailboxSubscription subscription)
    {
        // RFC 6665 4.2.1.2: a NOTIFY follows at once; where the count is not to be had, with the last one known.
        Tell(subscription, await Messages(subscription.Box).ConfigureAwait(false) ?? subscription.Told ?? 0);
    }

    private void Tell(MailboxSubscription subscription, int messages)
    {
        var left = subscription.ExpiresAt - edge.Clock.GetUtcNow();
        if (left <= TimeSpan.Zero) Forget(subscription);
        subscription.Told = messages;
        subscription.Notify(edge.Sip, messages, left > TimeSpan.Zero ? left : null, edge.UriOf(subscription.Box).ToString(), status =>
        {
            // RFC 6665 4.2.2: a phone that knows nothing of it, or is gone, has no subscription.
            if (status >= 300) Forget(subscription);
        });
    }

    private void Forget(MailboxSubscription subscription)
    {
        lock (_gate) _subscriptions.Remove(subscription.Id);
    }

    private async Task<int?> Messages(string box)
    {
        try
        {
            return await edge.Grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.MessagesIn + box).Count().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogNotCounted(exception, box);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The messages in voicemail box {Box} could not be counted: phones are told later. Check the silos if this repeats.")]
    private partial void LogNotCounted(Exception exception, string box);
}
