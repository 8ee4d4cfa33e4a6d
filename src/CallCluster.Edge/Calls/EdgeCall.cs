using CallCluster.Contracts.Calls;
using CallCluster.Edge.Admission;
using CallCluster.Edge.Legs;
using CallCluster.Sip.Sdp;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Calls;

/// <summary>
/// One call at this edge: its legs, the commands that come from its CallGrain and the events that go there. All of it runs in the call's mailbox.
/// It decides nothing: what is to happen is the CallGrain's word.
/// </summary>
internal sealed partial class EdgeCall
{
    private readonly EdgeContext _edge;
    private readonly CallMailbox _mailbox;
    private readonly ICallGrain _grain;
    private readonly CommandInbox _inbox = new();
    private readonly EventOutbox _outbox = new();
    private readonly List<CallCommand> _ready = [];
    private readonly List<Leg> _legs = [];
    private readonly List<CallEvent> _recordings = [];
    private readonly ILogger _logger;
    private readonly int _epoch;
    private int _lastLeg;
    private (long Incarnation, long Command) _acknowledged;
    private bool _urgent;
    private bool _acknowledgementScheduled;
    private OfferWindow.Place _offer;
    private bool _taken;
    private bool _ended;
    private bool _farewellSent;

    public EdgeCall(EdgeContext edge, string id, CallOffer offer, int epoch = 1)
    {
        _edge = edge;
        _epoch = epoch;
        Id = id;
        Offer = offer;
        _logger = edge.Logger;
        _grain = edge.CallGrains[id];
        _mailbox = new CallMailbox(id, Flush, _logger);
    }

    public string Id { get; }

    public CallOffer Offer { get; }

    public EdgeContext Edge => _edge;

    /// <summary>The call's place in the line of <see cref="AttachSweep"/>, and when its last turn was; theirs to change.</summary>
    public LinkedListNode<EdgeCall> Turn { get; } = new(null!);

    public long LastTurnAt { get; set; }

    /// <summary>Whether one of the call's legs has agreed on this codec.</summary>
    public bool Speaks(AudioCodec codec) => _legs.Exists(leg => leg.State != LegState.Ended && leg.Codec == codec);

    /// <summary>Queues work in the call's mailbox.</summary>
    public void Post(Action work) => _mailbox.Post(work);

    /// <summary>Hands the new call, with its caller's leg, to its CallGrain.</summary>
    public void Begin(CallerLeg caller)
    {
        // At once, so that a rush in the receiving thread finds the window full.
        _offer = _edge.Offers.Open();
        Post(() =>
        {
            _legs.Add(caller);
            _edge.Sweep.Add(this);
            Tell(new CallOffered(Offer));
        });
    }

    /// <summary>Takes commands of the CallGrain: at once where the mailbox is idle, except those that touch the disk, which must not hold up other calls' commands.</summary>
    public void Execute(CallCommands batch)
    {
        if (Array.Exists(batch.Commands, command => command is StartRecording or RecordConversation or Play)) Post(() => Take(batch));
        else _mailbox.Run(() => Take(batch));
    }

    /// <summary>Tells the CallGrain that the call is still here (PROTOCOL rule 15).</summary>
    public void Attach() => Post(TellAttached);

    /// <summary>Acknowledges executed commands though there is nothing to tell.</summary>
    public void Acknowledge() => Post(() =>
    {
        _acknowledgementScheduled = false;
        _urgent |= HasNews;
    });

    /// <summary>Ends all legs at once, without waiting for the CallGrain: the process stops.</summary>
    public void Abort() => Post(() => HangUpAll(503, "Edge Stopping"));

    /// <summary>Queues an event for the CallGrain. Only from the mailbox.</summary>
    public void Tell(CallEvent callEvent)
    {
        TellLater(callEvent);
        _urgent = true;
    }

    /// <summary>Queues an event that nothing waits for: it travels with the next one, or with the next acknowledgement.</summary>
    public void TellLater(CallEvent callEvent)
    {
        if (_ended) return;
        _outbox.Add(callEvent);
        if (callEvent is RecordingFinished or ConversationRecorded) _recordings.Add(callEvent);
    }

    private void TellAttached()
    {
        if (_taken) Tell(new CallAttached(Offer, [.. _legs.Select(leg => leg.Snapshot())]));
    }

    private void TellAgain()
    {
        TellAttached();
        foreach (var finished in _recordings) _outbox.Add(finished);
        foreach (var leg in _legs) leg.TellOfSuccessor();
    }

    private void Take(CallCommands batch)
    {
        if (_ended) return;
        _ready.Clear();
        if (!_inbox.Accept(batch, _ready))
        {
            EdgeMetrics.CommandsRefused.Add(1);
            LogRefused(Id, batch.Incarnation, _inbox.Incarnation);
            return;
        }

        // What the activation before was told may not have been stored.
        if (_inbox.IsTakenOver) TellAgain();

        // Nothing new: the grain did not get our acknowledgement.
        if (_ready.Count == 0) _urgent = true;
        foreach (var command in _ready)
        {
            Execute(command);
            if (_ended) return;
        }
    }

    private void Execute(CallCommand command)
    {
        switch (command)
        {
            case Originate originate:
                Add(originate);
                return;
            case Dial dial:
                Add(dial);
                return;
            case PrepareRecording prepare:
                Find(prepare.Leg)?.PrepareRecording(prepare);
                return;
            case StartRecording start:
                Find(start.Leg)?.StartRecording(start);
                return;
            case MixLegs mix:
                Mix(mix);
                return;
            case RecordConversation record:
                Caller?.RecordConversation(record.RecordingId);
                return;
            case ForgetCall:
                End(480, null);
                return;
        }

        if (Find(command.Leg) is not { State: not LegState.Ended } leg) return; // ended meanwhile: its LegEnded is on the way
        switch (command)
        {
            case SendRinging when leg is CallerLeg caller:
                caller.SendRinging();
                break;
            case SendQueued when leg is CallerLeg caller:
                caller.SendQueued();
                break;
            case AnswerCaller when leg is CallerLeg caller:
                caller.Answer();
                break;
            case RejectCaller reject when leg is CallerLeg caller:
                caller.Reject(reject.Status, reject.Reason, reject.RetryAfter, reject.NetworkCause);
                break;
            case HangUp hangUp:
                leg.HangUp(hangUp.Status, hangUp.Reason, hangUp.NetworkCause);
                break;
            case BridgeLegs bridge when Find(bridge.Other) is { } other:
                leg.BridgeTo(other);
                break;
            case UnbridgeLeg:
                leg.Unbridge();
                break;
            case HoldLeg:
                leg.HoldParty();
                break;
            case TellTransfer tell:
                leg.OnTransferTold(tell.Status);
                break;
            case ReferLeg refer:
                leg.Refer(refer);
                break;
            case StopReferring:
                leg.AbandonRefer();
                break;
            case ReplaceLeg:
                leg.BeginReplacement();
                break;
            case KeepLeg { Keep: true }:
                leg.Keep();
                Tell(new LegKept(leg.Number));
                break;
            case KeepLeg:
                leg.Release();
                break;
            case Play play:
                leg.Play(play);
                break;
            case StopPlaying:
                leg.StopPlaying();
                break;
            case ListenForDigits listen:
                leg.Listen(listen.Listen, listen.Secure);
                break;
            case StopRecording stop:
                leg.StopRecording(stop.RecordingId);
                break;
        }
    }

    /// <summary>The leg with this number, ended or not; null when there is none. Only from the mailbox.</summary>
    public Leg? Find(int number)
    {
        foreach (var leg in _legs)
            if (leg.Number == number)
                return leg;
        return null;
    }

    /// <summary>Ends what is left of the call and forgets it.</summary>
    private void End(int status, string? reason)
    {
        if (_ended) return;
        _ended = true;
        _offer.Close();
        HangUpAll(status, reason);
        _edge.Calls.Remove(this);
        _edge.Sweep.Remove(this);
    }

    private void HangUpAll(int status, string? reason)
    {
        foreach (var leg in _legs)
            if (leg.State != LegState.Ended)
                leg.HangUp(status, reason);
    }

    private bool HasNews => _outbox.Count > 0 || _acknowledged != (_inbox.Incarnation, _inbox.LastCommand);

    private void Flush()
    {
        if (_outbox.IsUnderWay) return;
        if (_ended)
        {
            // The acknowledgement of ForgetCall, once: if it is lost, the grain asks again and hears that the call is unknown here.
            if (!_farewellSent) Deliver();
            _farewellSent = true;
        }
        else if (_urgent)
        {
            Deliver();
        }
        else if (!_acknowledgementScheduled && HasNews)
        {
            _acknowledgementScheduled = true;
            _edge.Acknowledgements.Schedule(this);
        }
    }

    private void Deliver()
    {
        var (first, events) = _outbox.Take();
        _urgent = false;
        _acknowledged = (_inbox.Incarnation, _inbox.LastCommand);
        _ = Deliver(new EdgeEvents
        {
            EdgeId = _edge.Options.EdgeId,
            Observer = _edge.Lease.Reference,
            Epoch = _epoch,
            FirstSequence = first,
            Events = events,
            Incarnation = _inbox.Incarnation,
            LastCommand = _inbox.LastCommand,
        });
    }

    private async Task Deliver(EdgeEvents batch)
    {
        try
        {
            await _grain.Deliver(batch).ConfigureAwait(false);
            _mailbox.Run(OnDelivered);
        }
        catch (Exception exception)
        {
            EdgeMetrics.DeliveryRetries.Add(1);
            LogNotDelivered(exception, Id);
            await Task.Delay(_edge.DeliveryRetry, _edge.Clock).ConfigureAwait(false);
            _mailbox.Run(OnNotDelivered);
        }
    }

    private void OnDelivered()
    {
        _taken = true;
        _offer.Close();
        _outbox.Delivered();
    }

    private void OnNotDelivered()
    {
        _outbox.NotDelivered();
        _acknowledged = default;
        _urgent = true;
        if (_ended || _taken || _edge.Clock.GetUtcNow() - Offer.ReceivedAt < _edge.Options.OfferTimeout) return;
        LogClusterAway(Id);
        _farewellSent = true; // no grain knows of it
        (Caller as CallerLeg)?.Refuse(Refusal.ClusterAway);
        End(503, null);
    }

    [LoggerMessage(LogLevel.Information, "Call {CallId}: commands of incarnation {Incarnation} refused; {Current} drives the call now.")]
    private partial void LogRefused(string callId, long incarnation, long current);

    [LoggerMessage(LogLevel.Warning, "Call {CallId}: its CallGrain did not take its events; they are sent again. Check the silos if this repeats.")]
    private partial void LogNotDelivered(Exception exception, string callId);

    [LoggerMessage(LogLevel.Error, "Call {CallId}: the cluster did not take the new call in time; the caller got 503. Check the silos.")]
    private partial void LogClusterAway(string callId);
}
