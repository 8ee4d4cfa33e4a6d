using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Calls;

/// <summary>
/// The end, from whatever state, in one place: nothing stays queued, reserved, rung or held. Then what is owed is settled: the ticket, the one record (I7),
/// and the edge's word that it has forgotten the call.
/// </summary>
public sealed partial class CallMachine
{
    /// <summary>Timer F of a BYE (RFC 3261 17.1.2.2) and some: a leg whose end is not told by then is ended by ForgetCall.</summary>
    private static readonly TimeSpan LegsEndWithin = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan RecordingEndsWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstSettling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SlowestSettling = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Late copies of messages must meet a call that knows that it has ended, or they would begin it anew. Orleans drops a message that is older than the
    /// response time-out of 2 to 3 s.
    /// </summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    private int _settlings;
    private bool _published;
    private bool _farewell;
    private bool _lingering;
    private bool _cleared;

    private void OnLegEnded(LegEnded ended, StoredCall call)
    {
        foreach (var quality in ended.Quality)
        {
            call.Quality.RemoveAll(known => known.Leg == quality.Leg);
            call.Quality.Add(quality);
        }
        if (ended.Leg == 0)
        {
            var wasThere = !call.CallerGone;
            call.CallerGone = true;
            if (!wasThere || call.Phase == CallPhase.Ended) return;
            if (call.Phase == CallPhase.DiallingCaller) OnCallerLegEnded(ended, call);
            else if (IsCallback(call) && call.Phase is CallPhase.Queued or CallPhase.Reserving or CallPhase.Ringing) OnCallbacksCallerGone(call);
            else OnCallerGone(ended, call);
            return;
        }
        var closing = call.Closing.Remove(ended.Leg);
        if (closing || call.Phase == CallPhase.Ended) return;
        if (call.Supervision?.Leg == ended.Leg)
        {
            OnSupervisorEnded(ended, call);
            return;
        }
        if (call.Outbound is { DialledAt: not null } outbound && outbound.Leg == ended.Leg)
        {
            OnOutboundEnded(ended, call);
            return;
        }
        if (OfferOn(ended.Leg, call) is not { } offer) return;
        if (call.Phase == CallPhase.Ringing)
        {
            if (ended.RedirectedTo is { } to) OnAgentRedirects(to, offer, call);
            else OnAgentFailed(ended.Cause, offer, call);
            return;
        }
        if (IsCallingCaller(call))
        {
            OnWaitingAgentEnded(ended, call);
            return;
        }
        if (call.Transfer is not null)
        {
            OnTransferorGone(call);
            return;
        }
        Step(call, ended.Cause == LegEndCause.RemoteHangup ? $"{offer.AgentId} hung up" : $"{offer.AgentId}'s leg ended: {ended.Cause}");
        call.EndStatus = 200;
        call.EndReason = "agent hung up";
        // The leg is gone: only the reservation is left to release.
        call.Agent = offer with { Leg = 0 };
        End(CallOutcome.Answered, EndedBy(ended.Cause, "agent"), LeaveReason.Answered, call);
    }

    private void OnCallerGone(LegEnded ended, StoredCall call)
    {
        call.NetworkCause = ended.NetworkCause;
        var failed = ended.Cause is not (LegEndCause.RemoteHangup or LegEndCause.Cancelled);
        if (ended is { Cause: LegEndCause.Cancelled, SipStatus: 200 }) call.EndStatus = 200;
        Step(call, failed ? $"caller's leg failed: {ended.Reason ?? ended.Cause.ToString()}" : "caller hung up");
        if (call.Transfer is { Refers: true } transfer) Step(call, $"{call.Offer.Trunk} had not transferred the caller to {transfer.To}");
        var outcome = call switch
        {
            { ConnectedAt: not null } => CallOutcome.Answered,
            { Voicemail.RecordingId: not null } => CallOutcome.Voicemail,
            _ when failed => CallOutcome.Failed,
            { Phase: CallPhase.Queued or CallPhase.Ringing } or { FirstQueuedAt: not null } => CallOutcome.Abandoned,
            _ => CallOutcome.HungUpEarly,
        };
        End(outcome, EndedBy(ended.Cause, "caller"), failed ? LeaveReason.Gone : LeaveReason.Abandoned, call);
    }

    private static string EndedBy(LegEndCause cause, string party) => cause switch
    {
        LegEndCause.RemoteHangup or LegEndCause.Cancelled => party,
        LegEndCause.EdgeLost => "edge",
        _ => "failure",
    };

    private void End(CallOutcome outcome, string by, LeaveReason leave, StoredCall call)
    {
        LeaveQueue(leave, call);
        if (call.Callback is { Noted: true }) LeaveTicket(call);
        if (call is { Transfer: { } transfer, Agent: not null }) Send(new TellTransfer(transfer.Leg, 487));
        ReleaseAgent(call);
        ReleaseOutbound(call);
        DeclineTransferee(call);
        call.Transfer = null;
        if (call.Offer.Trunk is { } trunk) _effects.ToTrunk(trunk, new ReleaseChannel(CallId));
        ReleaseCallersTrunk(call);
        Enter(CallPhase.Ended, call, LegsEndWithin);
        call.Flow = null;
        call.EndedAt = _now;
        call.Outcome = outcome;
        call.EndedBy = by;
        EndCaller(call);
        AskAfterSilentEdge(call);
        Settle(call);
    }

    private void EndCaller(StoredCall call)
    {
        if (call.CallerGone) return;
        if (call is { AnsweredAt: null, CallerWay: null }) Send(new RejectCaller(call.EndStatus, call.EndReason, call.RetryAfter) { NetworkCause = call.NetworkCause });
        else Send(new HangUp(0, call.EndStatus, call.EndReason) { NetworkCause = call.NetworkCause });
    }

    /// <summary>Takes each step of settling that can be taken now; safe to call again at any time.</summary>
    private void Settle(StoredCall call)
    {
        var recordingDone = call.Voicemail is not { RecordingId: not null, Ticket: null } && !IsRecordingOwed(call);
        if (recordingDone && !call.RecordWritten && !_published)
        {
            _published = true;
            _effects.Publish(MakeRecord(call));
        }
        var ticketStored = call.Voicemail is not { TicketOwed: true };
        GiveTicketBack(call);
        // The copy that would wake the call after a crash goes last.
        if (call.RecordWritten && ticketStored) DropKept(call);
        var settled = call is { RecordWritten: true, CallbackKeptBy: null } && ticketStored;
        var legsGone = call.CallerGone && call.Closing.Count == 0;
        if (settled && !call.Forgotten && (legsGone || call.Deadline is null)) SayFarewell();
        if (settled && call.Forgotten)
        {
            if (_lingering) return;
            _lingering = true;
            call.RepeatAt = null;
            call.Deadline = _now + Linger;
            _doubtAt = _resendAt = null;
            // Nothing is owed any more: a crash from here on must leave nothing in the store.
            _effects.Clear();
        }
        else call.RepeatAt ??= _now + (recordingDone ? Backoff.After(_settlings + 1, FirstSettling, SlowestSettling) : RecordingEndsWithin);
    }

    private void SayFarewell()
    {
        if (_farewell || !_heard) return;
        _farewell = true;
        Send(new ForgetCall());
    }

    /// <summary>Publishes and stores again what is not confirmed, ever more slowly, for as long as it takes.</summary>
    private void SettleAgain(StoredCall call)
    {
        if (call.Voicemail is { RecordingId: not null, Ticket: null }) Commit(TimeSpan.Zero, null, "the edge did not tell the end of the recording", call);
        else if (IsRecordingOwed(call)) EndRecording(new RecordedConversation(null, TimeSpan.Zero, "the edge did not tell the end of the recording"), call);
        else
        {
            StoreTicket(call);
            _published = false;
        }
        _settlings++;
        Settle(call);
    }

    private void OnSettlingDue(StoredCall call)
    {
        if (!_lingering)
        {
            Settle(call);
            return;
        }
        _cleared = true;
        _effects.Clear();
    }

    private void OnEdgeLost(string edgeId, StoredCall call)
    {
        if (edgeId != call.EdgeId || _cleared) return;
        call.Closing.Clear();
        call.Forgotten = true;
        DropCommands();
        if (!call.CallerGone) OnLegEnded(new LegEnded(0, LegEndCause.EdgeLost, null, $"edge {edgeId} lost"), call);
        else if (call.Phase != CallPhase.Ended) OnEdgeLostBeforeCaller(call);
        if (call.Phase != CallPhase.Ended)
        {
            // A callback goes on without an edge, and FindingEdge with another.
            if (call.Forgotten) _doubtAt = null;
            return;
        }
        call.Closing.Clear();
        if (call.Voicemail is { RecordingId: not null, Ticket: null }) Commit(TimeSpan.Zero, null, "the edge that recorded was lost", call);
        if (IsRecordingOwed(call)) EndRecording(new RecordedConversation(null, TimeSpan.Zero, "the edge that recorded was lost"), call);
        Settle(call);
    }

    /// <summary>An edge that was taken for dead, or is behind, still carries a call that is over.</summary>
    private void ForgetAgain(StoredCall call)
    {
        call.Forgotten = _farewell = _lingering = false;
        call.CallerGone = true;
        call.Closing.Clear();
    }

    private void OnEdgeAlive(string edgeId, StoredCall call)
    {
        if (_now - _lastHeard >= (call.Phase == CallPhase.Ended ? EdgeSilence : NotCarriedAfter)) OnEdgeLost(edgeId, call);
    }

    private CallRecord MakeRecord(StoredCall call) => new()
    {
        Id = CallId,
        SipCallId = call.Offer.SipCallId,
        Trunk = call.Offer.Trunk ?? call.CallerWay?.Trunk,
        Caller = call.Offer.Caller,
        Dialled = call.Offer.Dialled,
        Edge = call.EdgeId,
        OfferedAt = call.Offer.ReceivedAt,
        AnsweredAt = call.AnsweredAt,
        QueuedAt = call.FirstQueuedAt,
        ConnectedAt = call.ConnectedAt,
        EndedAt = call.EndedAt!.Value,
        Queue = call.Queue,
        Agent = call.ConnectedAt is null ? null : call.Agent?.AgentId ?? call.LastAgent,
        DivertedFrom = call.Offer.DivertedFrom,
        OutboundTo = call.Outbound?.To,
        OutboundTrunk = call.Outbound is { Trunk: { Length: > 0 } outboundTrunk } ? outboundTrunk : null,
        Ticket = call.Voicemail?.Ticket?.Id ?? call.Offer.Placed?.Ticket,
        PlacedTo = call.CallerWay?.To ?? call.Offer.Placed?.To,
        NetworkCause = call.NetworkCause,
        Outcome = call.Outcome,
        EndedBy = call.EndedBy,
        Steps = [.. call.Steps],
        Recording = call.Recording,
        Assignments = call.Assignments.Count == 0 ? null : [.. call.Assignments],
        Quality = call.Quality.Count == 0 ? null : [.. call.Quality.OrderBy(quality => quality.Leg)],
    };
}
