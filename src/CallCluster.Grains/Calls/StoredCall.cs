using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Flows;
using CallCluster.Grains.Voicemail;

namespace CallCluster.Grains.Calls;

/// <summary>
/// All that is to be known of a call after any crash (PROTOCOL rule 17: the truth about its place, agent, legs and times). Commands to the edge are not stored:
/// a new incarnation derives them from here.
/// </summary>
[GenerateSerializer, Alias("StoredCall")]
public sealed class StoredCall
{
    [Id(0)] public required CallOffer Offer { get; init; }
    [Id(1)] public CallPhase Phase { get; set; }

    // The edge.
    [Id(2)] public string EdgeId { get; set; } = "";
    [Id(3)] public int Epoch { get; set; }
    [Id(4)] public long LastSequence { get; set; }
    [Id(5)] public long Incarnation { get; set; }

    // Legs.

    /// <summary>There is no leg 0: the caller has hung up, or has not been called yet.</summary>
    [Id(6)] public bool CallerGone { get; set; }

    /// <summary>When the caller was answered; null while the INVITE is pending.</summary>
    [Id(7)] public DateTimeOffset? AnsweredAt { get; set; }
    [Id(8)] public int LastLeg { get; set; }
    [Id(9)] public AgentOffer? Agent { get; set; }

    /// <summary>Agents who ring together with <see cref="Agent"/> (RingAll), in the order of their legs; none but while <see cref="CallPhase.Ringing"/>.</summary>
    [Id(61)] public List<AgentOffer> AlsoRinging { get; set; } = [];

    /// <summary>Agents' legs that were hung up and whose end the edge has not told yet.</summary>
    [Id(10)] public List<int> Closing { get; set; } = [];

    // The way through destinations.
    [Id(11)] public string Destination { get; set; } = "";
    [Id(12)] public int Hops { get; set; }
    [Id(13)] public FlowState? Flow { get; set; }
    [Id(14)] public string? Language { get; set; }
    [Id(15)] public bool Listening { get; set; }

    /// <summary>The playback whose end is awaited; 0 for none.</summary>
    [Id(16)] public long PlayId { get; set; }

    // Waiting.
    [Id(17)] public string? Queue { get; set; }
    [Id(18)] public long Version { get; set; }

    /// <summary>The one agent of <see cref="Queue"/> for whom the caller is; null for any.</summary>
    [Id(718)] public string? QueueAgent { get; set; }
    [Id(19)] public long Place { get; set; }

    /// <summary>The place in <see cref="Queue"/> that the caller had in a call before this one; null for none.</summary>
    [Id(66)] public long? KeptPlace { get; set; }
    [Id(20)] public DateTimeOffset? FirstQueuedAt { get; set; }
    /// <summary>When the call came to <see cref="Queue"/>; its hours go by that.</summary>
    [Id(65)] public DateTimeOffset? ArrivedAt { get; set; }
    [Id(21)] public List<RefusedAgent> RefusedBy { get; set; } = [];

    /// <summary>Why the call left <see cref="Queue"/>; null while it waits there or is offered from there.</summary>
    [Id(22)] public LeaveReason? LeftBy { get; set; }

    /// <summary>What the queue that was left last was told, which is <see cref="LastLeft"/>: if it has to be told again it is told the same. Null before, and from a silo of an earlier version.</summary>
    [Id(622)] public Leave? LastLeave { get; set; }
    [Id(623)] public string? LastLeft { get; set; }

    /// <summary>The caller hears music, or the last provisional response was 182.</summary>
    [Id(23)] public bool ToldOfWait { get; set; }

    /// <summary>When the next announcement is due, should the caller wait then; null for none.</summary>
    [Id(710)] public DateTimeOffset? AnnounceAt { get; set; }

    /// <summary>How many of the queue's own prompts (<see cref="Contracts.Configuration.AnnounceOptions.Prompts"/>) were said.</summary>
    [Id(711)] public int Announced { get; set; }

    /// <summary>The last place in <see cref="Queue"/> that the caller was told; null for none.</summary>
    [Id(712)] public int? ToldPosition { get; set; }

    /// <summary>What a supervisor has set in place of the queue's priority; null for nothing.</summary>
    [Id(85)] public int? Priority { get; set; }
    [Id(24)] public VoicemailState? Voicemail { get; set; }

    /// <summary>The call's way outside; null when it never went there.</summary>
    [Id(37)] public OutboundCall? Outbound { get; set; }

    /// <summary>The way to the caller whom we have called; null for one who came.</summary>
    [Id(70)] public OutboundCall? CallerWay { get; set; }

    /// <summary>Edges to be asked yet whether they carry the call; null when they are to be listed first.</summary>
    [Id(71)] public string[]? EdgesLeft { get; set; }

    /// <summary>The caller has asked to be called back; null for whom nobody owes that.</summary>
    [Id(640)] public CallbackState? Callback { get; set; }

    /// <summary>When a callback is offered, or its confirmation is over, or it expires.</summary>
    [Id(641)] public DateTimeOffset? CallbackDue { get; set; }

    /// <summary>The last keys since a callback was offered; null while none is.</summary>
    [Id(642)] public string? KeysForCallback { get; set; }

    /// <summary>The queue whose CallbacksGrain may keep the callback; null when none does.</summary>
    [Id(643)] public string? CallbackKeptBy { get; set; }

    /// <summary>The caller cannot be called back, or is not to be any more: it is not offered again.</summary>
    [Id(644)] public bool NoCallback { get; set; }

    // The record.
    [Id(25)] public DateTimeOffset? ConnectedAt { get; set; }
    [Id(26)] public DateTimeOffset? EndedAt { get; set; }
    [Id(27)] public CallOutcome Outcome { get; set; }
    [Id(28)] public string EndedBy { get; set; } = "";
    [Id(29)] public List<CallStep> Steps { get; set; } = [];
    [Id(30)] public bool RecordWritten { get; set; }

    /// <summary>The agents whom queues have matched the caller with, and why; the last few.</summary>
    [Id(60)] public List<Assignment> Assignments { get; set; } = [];

    /// <summary>What the edge told of the legs' audio, one entry each.</summary>
    [Id(39)] public List<LegQuality> Quality { get; set; } = [];

    /// <summary>How the caller's leg is ended: a status for a pending INVITE, else the cause of the BYE.</summary>
    [Id(31)] public int EndStatus { get; set; }
    [Id(32)] public string? EndReason { get; set; }
    [Id(33)] public TimeSpan? RetryAfter { get; set; }

    /// <summary>What a trunk said why its leg ended (<see cref="LegEnded.NetworkCause"/>), for the other leg and the record; null while the call goes on without it.</summary>
    [Id(52)] public int? NetworkCause { get; set; }

    /// <summary>The edge has forgotten the call, or is dead.</summary>
    [Id(34)] public bool Forgotten { get; set; }

    // What is due (PROTOCOL rule 2): at Deadline the phase ends by itself, at RepeatAt what it waits for is asked for again.
    [Id(35)] public DateTimeOffset? Deadline { get; set; }
    [Id(36)] public DateTimeOffset? RepeatAt { get; set; }

    /// <summary>The agent who had the call last and left it to others.</summary>
    [Id(50)] public string? LastAgent { get; set; }

    /// <summary>The agent who called has left to another call, which is on leg 0 since then.</summary>
    [Id(51)] public bool CallingAgentLeft { get; set; }

    /// <summary>The phone of an agent of <see cref="Queue"/> has sent the caller on: whom nobody takes there goes back.</summary>
    [Id(53)] public bool IsRedirected { get; set; }

    /// <summary>Set while <see cref="CallPhase.Transferring"/>.</summary>
    [Id(38)] public PendingTransfer? Transfer { get; set; }

    /// <summary>The last transfer by an agent, whatever became of it; null for none.</summary>
    [Id(681)] public TransferView? LastTransfer { get; set; }

    /// <summary>The supervisor in the call, or on the way into it; null for none.</summary>
    [Id(40)] public Supervision? Supervision { get; set; }

    /// <summary>The conversation's recording; null for none.</summary>
    [Id(41)] public string? RecordingId { get; set; }

    /// <summary>What became of it; null until the edge has told.</summary>
    [Id(42)] public RecordedConversation? Recording { get; set; }
}
