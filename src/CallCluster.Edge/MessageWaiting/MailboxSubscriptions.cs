using CallCluster.Contracts.Boxes;
using CallCluster.Edge.Admission;
using CallCluster.Edge.Legs;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Subscriptions;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.MessageWaiting;

/// <summary>
/// Agents' phones that show the messages waiting in a voicemail box (RFC 3842): who subscribes is the agent whose Mailbox it is, by digest. Each box that is shown is watched: its BoxGrain tells
/// this edge of changes, and that is what phones are told at once.
/// </summary>
internal sealed partial class MailboxSubscriptions(EdgeContext edge, DigestGate digest) : IAsyncDisposable
{
    private const string Package = "message-summary";
    private const int MaxSubscriptions = 5000;
    private const int MaxOfAgent = 10;
    private static readonly TimeSpan DefaultExpiry = TimeSpan.FromHours(1);
    private static readonly TimeSpan MinExpiry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RenewEvery = IBoxGrain.WatchFor / 3;
    private static readonly (string, string) AllowEvents = (HeaderNames.AllowEvents, Package);

    // Never held while the endpoint is called: its callbacks take it.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, WatchedBox> _boxes = new(StringComparer.Ordinal);
    private readonly Dictionary<Subscription, (string Agent, string Box)> _owners = [];

    // Agents of subscriptions that are being made, each counted as one already.
    private readonly List<string> _arriving = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger = edge.Logger;
    private Task _loop = Task.CompletedTask;

    public void Start()
    {
        edge.Lease.BoxChanged += OnChanged;
        EdgeMetrics.ObserveSubscriptions(() => { lock (_lock) return _owners.Count; });
        _loop = Run();
    }

    public async ValueTask DisposeAsync()
    {
        EndAll();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>This edge goes: phones are told to subscribe again, elsewhere.</summary>
    public void EndAll() => End(_ => true, "deactivated");

    /// <summary>A SUBSCRIBE, within a subscription or for a new one. Under the endpoint's lock.</summary>
    public void Receive(IncomingRequest incoming)
    {
        var request = incoming.Request;
        var identity = digest.Identify(request);
        var expires = request.Expires is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, DefaultExpiry.TotalSeconds)) : DefaultExpiry;
        if (edge.Lease.Draining) Answer(incoming, "draining", 503, "Draining", RetryAfter.Header(RetryAfter.Jittered()));
        else if (!IsPackage(request.GetHeader(HeaderNames.Event))) Answer(incoming, "bad_event", 489, "Bad Event", AllowEvents);
        else if (identity.Agent is not { } agent) Challenge(incoming, identity.Verdict);
        else if (!edge.Routing.Routing.Agents.TryGetValue(agent, out var options) || options.Mailbox is not { } box) Answer(incoming, "no_mailbox", 404, "No Mailbox Configured");
        else if (!incoming.Takes(MessageSummary.ContentType)) Answer(incoming, "not_acceptable", 406, null, (HeaderNames.Accept, MessageSummary.ContentType));
        else if (expires > TimeSpan.Zero && expires < MinExpiry) Answer(incoming, "too_brief", 423, null, (HeaderNames.MinExpires, $"{MinExpiry.TotalSeconds}"));
        else if (incoming.Subscription is { } known) Refresh(incoming, known, agent, expires);
        else if (request.RequestUri.User is not { } user || (user != agent && user != options.Username && user != box)) Answer(incoming, "wrong_mailbox", 403, "Not Your Mailbox");
        else if (!TryTakeRoom(agent)) Answer(incoming, "too_many", 403, "Too Many Subscriptions");
        else _ = Accept(incoming, agent, box, expires);
    }

    private static bool IsPackage(string? value) => value is not null && value.AsSpan(0, value.IndexOf(';') is >= 0 and var end ? end : value.Length).Trim().Equals(Package, StringComparison.OrdinalIgnoreCase);

    private void Challenge(IncomingRequest incoming, DigestVerdict verdict)
    {
        if (digest.Challenge(incoming.Request, stale: verdict is DigestVerdict.Stale or DigestVerdict.Replayed) is { } challenge) Answer(incoming, "challenged", 401, null, [.. challenge]);
        else Answer(incoming, "no_agent_subscribes", 403, "No Agent Subscribes Here");
    }

    private void Refresh(IncomingRequest incoming, Subscription known, string agent, TimeSpan expires)
    {
        bool isOwner;
        lock (_lock) isOwner = _owners.TryGetValue(known, out var owner) && owner.Agent == agent;
        if (!isOwner)
        {
            Answer(incoming, "wrong_subscription", 403, "Not Your Subscription");
            return;
        }

        Count(expires == TimeSpan.Zero ? "ended" : "refreshed");
        known.Refresh(incoming, expires);
    }

    private bool TryTakeRoom(string agent)
    {
        lock (_lock)
        {
            if (_owners.Count + _arriving.Count >= MaxSubscriptions) return false;
            if (_owners.Values.Count(owner => owner.Agent == agent) + _arriving.Count(other => other == agent) >= MaxOfAgent) return false;
            _arriving.Add(agent);
            return true;
        }
    }

    private async Task Accept(IncomingRequest incoming, string agent, string box, TimeSpan expires)
    {
        try
        {
            var summary = await Watch(box).ConfigureAwait(false);
            OnChanged(summary, add: true);
            Count("accepted");
            var subscription = incoming.Subscribe(expires, agent, OnEnded);
            lock (_lock)
            {
                if (!_boxes.TryGetValue(box, out var watched)) _boxes.Add(box, watched = new WatchedBox(summary));
                summary = watched.Summary;
                if (!subscription.IsEnded)
                {
                    _owners[subscription] = (agent, box);
                    watched.Subscriptions.Add(subscription);
                }
            }

            subscription.Notify(MessageSummary.Of(summary, edge.Options.Domain), summary.Version);
        }
        catch (Exception exception)
        {
            LogNotWatched(exception, box);
            Answer(incoming, "cluster_away", 503, "Cluster Not Reachable", RetryAfter.Header(RetryAfter.Jittered()));
        }
        finally
        {
            lock (_lock) _arriving.Remove(agent);
        }
    }

    private Task<BoxSummary> Watch(string box) => edge.Grains.GetGrain<IBoxGrain>(box).Watch(edge.Options.EdgeId, edge.Lease.Reference);

    private void OnChanged(BoxSummary summary) => OnChanged(summary, add: false);

    private void OnChanged(BoxSummary summary, bool add)
    {
        Subscription[] told;
        lock (_lock)
        {
            if (!_boxes.TryGetValue(summary.Box, out var box))
            {
                if (add) _boxes.Add(summary.Box, new WatchedBox(summary));
                return;
            }

            if (summary.Version <= box.Summary.Version) return;
            box.Summary = summary;
            told = [.. box.Subscriptions];
        }

        var body = MessageSummary.Of(summary, edge.Options.Domain);
        foreach (var subscription in told) subscription.Notify(body, summary.Version);
    }

    private void OnEnded(Subscription subscription)
    {
        lock (_lock)
        {
            if (_owners.Remove(subscription, out var owner)) _boxes[owner.Box].Subscriptions.Remove(subscription);
        }
    }

    private void End(Func<(string Agent, string Box), bool> which, string reason)
    {
        Subscription[] ended;
        lock (_lock) ended = [.. _owners.Where(owner => which(owner.Value)).Select(owner => owner.Key)];
        foreach (var subscription in ended) subscription.Terminate(reason);
    }

    private async Task Run()
    {
        using var timer = new PeriodicTimer(RenewEvery, edge.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                var agents = edge.Routing.Routing.Agents;
                End(owner => !agents.TryGetValue(owner.Agent, out var options) || options.Mailbox != owner.Box, "noresource");
                string[] watched;
                lock (_lock)
                {
                    foreach (var (box, _) in _boxes.Where(box => box.Value.Subscriptions.Count == 0).ToList()) _boxes.Remove(box);
                    watched = [.. _boxes.Keys];
                }

                foreach (var box in watched) await Renew(box).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task Renew(string box)
    {
        try
        {
            OnChanged(await Watch(box).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            LogNotWatched(exception, box);
        }
    }

    private void Answer(IncomingRequest incoming, string result, int status, string? reason, params IReadOnlyList<(string Name, string Value)> headers)
    {
        Count(result);
        if (status is not (401 or 423)) LogRefused(status, result, incoming.RemoteEndPoint.ToString(), Printable.Clean(incoming.Request.RequestUri.ToString()));
        incoming.Respond(status, reason, headers: headers);
    }

    private static void Count(string result) => EdgeMetrics.Subscriptions.Add(1, new KeyValuePair<string, object?>("result", result));

    [LoggerMessage(LogLevel.Information, "SUBSCRIBE refused with {Status}, {Result}: from {Source} to {Target}. Phones may subscribe to message-summary as the agent whose Mailbox it is.")]
    private partial void LogRefused(int status, string result, string source, string target);

    [LoggerMessage(LogLevel.Warning, "Voicemail box {Box} cannot be watched: the cluster does not answer. Phones that show it may show too little until it does.")]
    private partial void LogNotWatched(Exception exception, string box);
}
