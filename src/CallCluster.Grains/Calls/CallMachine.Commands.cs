using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;

namespace CallCluster.Grains.Calls;

/// <summary>Commands to the edge: numbered from 1 in each incarnation, sent again until acknowledged (PROTOCOL rule 4).</summary>
public sealed partial class CallMachine
{
    private static readonly TimeSpan FirstResend = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SlowestResend = TimeSpan.FromSeconds(8);

    /// <summary>Unacknowledged, in the order of their ids; those from <see cref="_sent"/> on are this turn's.</summary>
    private readonly List<CallCommand> _pending = [];
    private int _sent;
    private long _lastCommand;
    private DateTimeOffset? _resendAt;
    private TimeSpan _resendEvery = FirstResend;

    /// <summary>
    /// The edge has been heard in this activation. Before, nothing is sent: neither the observer nor the highest incarnation is known, and what is needed
    /// then follows from the state.
    /// </summary>
    private bool _heard;

    /// <summary>Send even an empty batch: the edge attaches when it meets the new incarnation.</summary>
    private bool _announce;

    private void Send(CallCommand command)
    {
        if (_heard && State is not { Forgotten: true }) _pending.Add(command with { Id = ++_lastCommand });
    }

    private void DropCommands()
    {
        _pending.Clear();
        _sent = 0;
        _resendAt = null;
    }

    private void Flush()
    {
        if (State is { } supervised) CheckSupervision(supervised);
        if (State is not { } call || (_pending.Count == _sent && !_announce)) return;
        _announce = false;
        _effects.Command(new CallCommands(CallId, call.Epoch, call.Incarnation, [.. _pending[_sent..]]));
        _sent = _pending.Count;
        if (_sent > 0) _resendAt ??= _now + _resendEvery;
    }

    private void Resend()
    {
        _resendAt = null;
        if (_pending.Count == 0) return;
        // What this turn adds goes along, so that ids stay contiguous and in order.
        _sent = 0;
        _resendEvery = _resendEvery * 2 < SlowestResend ? _resendEvery * 2 : SlowestResend;
        _resendAt = _now + _resendEvery;
    }

    private void Acknowledge(long lastCommand, StoredCall call)
    {
        var acknowledged = 0;
        while (acknowledged < _sent && _pending[acknowledged].Id <= lastCommand) acknowledged++;
        if (acknowledged == 0) return;
        if (_pending[acknowledged - 1] is ForgetCall)
        {
            call.Forgotten = true;
            _effects.Persist();
            DropCommands();
            return;
        }
        _pending.RemoveRange(0, acknowledged);
        _sent -= acknowledged;
        _resendEvery = FirstResend;
        _resendAt = _pending.Count == 0 ? null : _now + _resendEvery;
    }

    /// <summary>Handles a batch within the event sequence.</summary>
    private void Take(EdgeEvents batch)
    {
        if (State is { } stored && !Hear(batch, stored)) return;
        if (IsBegunAgain(batch))
        {
            _effects.Command(new CallCommands(CallId, batch.Epoch, State?.Incarnation ?? Stamp(0), [new ForgetCall { Id = 1 }]));
            if (State is null) _effects.Clear();
            return;
        }
        if (State is { Phase: CallPhase.Ended } over && batch.Incarnation == over.Incarnation && _pending.Count > 0 && batch.LastCommand < _pending[0].Id - 1) NumberAnew(over);
        for (var i = 0; i < batch.Events.Length; i++)
        {
            var sequence = batch.FirstSequence + i;
            if (State is null)
            {
                if (!Learn(batch.Events[i], batch)) continue;
                State!.LastSequence = sequence;
                continue;
            }
            if (sequence <= State.LastSequence) continue;
            State.LastSequence = sequence;
            On(batch.Events[i], State);
        }
        if (State is null) AskToAttach(batch);
        else if (!_heard) Resume(State);
        if (State is { Phase: CallPhase.Ended } ended) Settle(ended);
    }

    /// <summary>A late copy of BeginCall has made the edge begin again, without a leg, what it had forgotten. An edge that did not does nothing when told to forget.</summary>
    private bool IsBegunAgain(EdgeEvents batch) =>
        batch.Incarnation == 0 && (State is null ? batch.Events is [.., CallAttached { Offer.Placed: not null, Legs: [] }] : State.Forgotten && batch.FirstSequence == 1);

    /// <summary>
    /// The edge has not had what it acknowledged before: a late copy of BeginCall has made it begin the call again, and it waits for the first command. What is left to say, at the end of a call,
    /// may be said twice.
    /// </summary>
    private void NumberAnew(StoredCall call)
    {
        call.Incarnation = Stamp(call.Incarnation);
        for (var i = 0; i < _pending.Count; i++) _pending[i] = _pending[i] with { Id = i + 1 };
        _lastCommand = _pending.Count;
        _effects.Persist();
        Resend();
    }

    /// <summary>False for a batch of an edge that no longer carries the call, or when this activation is superseded.</summary>
    private bool Hear(EdgeEvents batch, StoredCall call)
    {
        if (batch.Epoch < call.Epoch) return false;
        if (batch.Epoch > call.Epoch)
        {
            call.Epoch = batch.Epoch;
            call.EdgeId = batch.EdgeId;
            call.LastSequence = 0;
        }
        if (!_heard) call.Incarnation = Stamp(Math.Max(call.Incarnation, batch.Incarnation));
        else if (batch.Incarnation > call.Incarnation || (batch.Incarnation == call.Incarnation && batch.LastCommand > _lastCommand)) Superseded = true;
        else if (batch.Incarnation == call.Incarnation) Acknowledge(batch.LastCommand, call);
        _lastHeard = _now;
        if (!_lingering) _doubtAt = call is { Forgotten: true, Phase: not CallPhase.Ended } ? null : _now + EdgeSilence;
        return !Superseded;
    }

    /// <summary>Begins an incarnation of a call that was stored or adopted: what its state needs is commanded anew.</summary>
    private void Resume(StoredCall call)
    {
        _heard = true;
        _announce = true;
        _effects.Persist();
        // Leg numbers that an earlier incarnation used and could not store are skipped: fewer than 100 a second.
        call.LastLeg = Math.Max(call.LastLeg, FreshLegs(call));
        foreach (var leg in call.Closing) Send(new HangUp(leg, 487, "no longer needed"));
        if (call.Phase == CallPhase.Ended)
        {
            EndCaller(call);
            return;
        }
        if (call.AnsweredAt is not null) Send(new AnswerCaller());
        if (call.Listening) Listen(true, call);
        if (call.Transfer is not null) ResumeTransfer(call);
        ResumeRecording(call);
        switch (call.Phase)
        {
            case CallPhase.Greeting: ResumeFlow(call); break;
            case CallPhase.Queued or CallPhase.CallbackPause when IsCallback(call): LeaveEdge(call); break;
            case CallPhase.Queued or CallPhase.Reserving when call.ToldOfWait: ResumeWait(call); break;
            case CallPhase.Ringing: CallAgent(again: true, call); break;
            case CallPhase.Dialling: DialOut(call); break;
            case CallPhase.FindingEdge: OnEdgeFound(call); break;
            case CallPhase.AcquiringCallersTrunk or CallPhase.DiallingCaller: ResumeCallersWay(call); break;
            case CallPhase.Connected when CalledLeg(call) != 0: ResumeConversation(call); break;
            case CallPhase.VoicemailGreeting or CallPhase.PreparingMessage or CallPhase.VoicemailBeep or CallPhase.Recording or CallPhase.Thanking: ResumeVoicemail(call); break;
        }
    }

    /// <summary>The leg that the caller is being, or is, joined with; 0 for none. Beside an agent's there is another while a transfer leads outside.</summary>
    private static int CalledLeg(StoredCall call) => call.Agent is { Leg: not 0 } agent ? agent.Leg : call.Outbound is { DialledAt: not null } outbound ? outbound.Leg : 0;

    private int FreshLegs(StoredCall call) => (int)Math.Clamp((_now - call.Offer.ReceivedAt).TotalSeconds * 100, 0, int.MaxValue / 2);

    private void Answer(StoredCall call)
    {
        if (call.AnsweredAt is not null) return;
        call.AnsweredAt = _now;
        _effects.Persist();
        Send(new AnswerCaller());
    }

    private void PlayOnce(StoredCall call, string[] prompts, bool stopOnDigit)
    {
        call.PlayId = Stamp(call.PlayId);
        Send(new Play(0, call.PlayId, prompts, call.Language, Loop: false, stopOnDigit));
    }

    private void Listen(bool listen, StoredCall call)
    {
        call.Listening = listen;
        var secure = call.Phase == CallPhase.Greeting && call.Flow is { } flow && Routing.Flows.TryGetValue(flow.Flow, out var options) && options.Secure;
        Send(new ListenForDigits(0, listen, secure));
    }

    private void HangUpCalled(int leg, int status, string reason, StoredCall call, int? networkCause = null)
    {
        Send(new HangUp(leg, status, reason) { NetworkCause = networkCause });
        if (!call.Closing.Contains(leg)) call.Closing.Add(leg);
    }
}
