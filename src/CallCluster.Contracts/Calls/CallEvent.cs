using CallCluster.Contracts.Tickets;

namespace CallCluster.Contracts.Calls;

/// <summary>What happened on a leg, told by the edge that carries it. Leg 0 is the caller; further legs are numbered by the CallGrain in <see cref="Originate"/>.</summary>
/// <param name="Leg">The leg's number within the call.</param>
[GenerateSerializer, Immutable, Alias("CallEvent")]
public abstract record CallEvent([property: Id(0)] int Leg);

/// <summary>A new call: its first event. Nothing is stored for this call id yet (PROTOCOL rule 18: no read).</summary>
[GenerateSerializer, Immutable, Alias("CallOffered")]
public sealed record CallOffered([property: Id(0)] CallOffer Offer) : CallEvent(0);

/// <summary>The edge still carries the call: sent in its sweep and after a change of gateway or membership (PROTOCOL rule 15).</summary>
/// <param name="Offer">The original offer, so that a CallGrain that lost its state can begin again from it.</param>
/// <param name="Legs">All legs that the edge carries for the call, at this point of the event sequence; ended ones may be left out.</param>
[GenerateSerializer, Immutable, Alias("CallAttached")]
public sealed record CallAttached([property: Id(0)] CallOffer Offer, [property: Id(1)] LegSnapshot[] Legs) : CallEvent(0);

/// <summary>
/// The edge carries no such call (any more): its answer to commands for one. All legs are gone. Outside the sequence: the batch has
/// <see cref="EdgeEvents.FirstSequence"/> 0, and epoch, incarnation and last command of the batch that it answers.
/// </summary>
[GenerateSerializer, Immutable, Alias("CallUnknown")]
public sealed record CallUnknown() : CallEvent(0);

/// <summary>A 18x came from the leg's remote party.</summary>
[GenerateSerializer, Immutable, Alias("LegRinging")]
public sealed record LegRinging(int Leg) : CallEvent(Leg);

/// <summary>The leg is confirmed: an originated leg got its 200, or the caller's leg was answered and acknowledged.</summary>
[GenerateSerializer, Immutable, Alias("LegAnswered")]
public sealed record LegAnswered(int Leg) : CallEvent(Leg);

/// <summary>The leg is over and its port and dialog are gone at the edge. Terminal: wins over everything for that leg.</summary>
/// <param name="Cause">Why.</param>
/// <param name="SipStatus">The final status that ended it, if a status did; 200 with <see cref="LegEndCause.Cancelled"/>: the caller's side says that somebody else has answered.</param>
/// <param name="Reason">Free text for people: a Reason header or an error, control characters removed.</param>
[GenerateSerializer, Immutable, Alias("LegEnded")]
public sealed record LegEnded(int Leg, [property: Id(0)] LegEndCause Cause, [property: Id(1)] int? SipStatus, [property: Id(2)] string? Reason) : CallEvent(Leg)
{
    /// <summary>The leg's audio in figures, and so far that of the leg it was joined with; a leg that never had audio has none.</summary>
    [Id(3)] public LegQuality[] Quality { get; init; } = [];

    /// <summary>Why, in the words of the telephone network: the cause of ITU-T Q.850, 1 to 127, that the leg's trunk gave in its Reason header (RFC 3326); null when it gave none.</summary>
    [Id(4)] public int? NetworkCause { get; init; }

    /// <summary>Where the agent's phone sends the caller instead (3xx): a destination of this cluster, which the edge has looked up; null when it sends them nowhere.</summary>
    [Id(5)] public string? RedirectedTo { get; init; }
}

/// <summary>A key was pressed while the edge listened for digits (0-9, *, #, A-D).</summary>
[GenerateSerializer, Immutable, Alias("DigitReceived")]
public sealed record DigitReceived(int Leg, [property: Id(0)] char Digit) : CallEvent(Leg);

/// <summary>A playback ended: played to its end, or cut by a digit, or could not be played (missing prompt: counted and logged by the edge).</summary>
[GenerateSerializer, Immutable, Alias("PlaybackFinished")]
public sealed record PlaybackFinished(int Leg, [property: Id(0)] long PlayId, [property: Id(1)] bool Interrupted) : CallEvent(Leg);

/// <summary>The manifest of a recording is on disk, or the disk does not take it: the beep may be played.</summary>
/// <param name="RecordingId">The id that <see cref="PrepareRecording"/> gave.</param>
[GenerateSerializer, Immutable, Alias("RecordingPrepared")]
public sealed record RecordingPrepared(int Leg, [property: Id(730)] string RecordingId) : CallEvent(Leg);

/// <summary>A recording ended or could not begin.</summary>
/// <param name="RecordingId">The id that <see cref="StartRecording"/> gave.</param>
/// <param name="Duration">Recorded audio; zero when nothing was.</param>
/// <param name="AudioFile">File name below the voicemail directory; null when no audio was kept.</param>
/// <param name="Failure">Why audio is missing or cut short (disk full, directory not writable); null when all is well.</param>
[GenerateSerializer, Immutable, Alias("RecordingFinished")]
public sealed record RecordingFinished(int Leg, [property: Id(0)] string RecordingId, [property: Id(1)] TimeSpan Duration,
    [property: Id(2)] string? AudioFile, [property: Id(3)] string? Failure) : CallEvent(Leg)
{
    /// <summary>What <see cref="StartRecording"/> gave, for a CallGrain that has lost its state.</summary>
    [Id(701)] public Ticket? Ticket { get; init; }
}

/// <summary>The conversation's recording ended or could not begin.</summary>
/// <param name="RecordingId">The id that <see cref="RecordConversation"/> gave.</param>
/// <param name="Duration">Recorded audio; zero when nothing was.</param>
/// <param name="AudioFile">File name below the recordings' directory; null when no audio was kept.</param>
/// <param name="Failure">Why audio is missing or cut short; null when all is well.</param>
[GenerateSerializer, Immutable, Alias("ConversationRecorded")]
public sealed record ConversationRecorded([property: Id(0)] string RecordingId, [property: Id(1)] TimeSpan Duration,
    [property: Id(2)] string? AudioFile, [property: Id(3)] string? Failure) : CallEvent(0);

/// <summary>The remote party put the leg on hold or took it back.</summary>
[GenerateSerializer, Immutable, Alias("LegHeld")]
public sealed record LegHeld(int Leg, [property: Id(0)] bool Held) : CallEvent(Leg);

/// <summary>A <see cref="KeepLeg"/> has been executed.</summary>
[GenerateSerializer, Immutable, Alias("LegKept")]
public sealed record LegKept(int Leg) : CallEvent(Leg);

/// <summary>
/// The agent on the leg wants to leave it to another dialog (REFER with Replaces, RFC 5589 7; from a leg 0 also without): answered by <see cref="ReplaceLeg"/>, or by
/// <see cref="TellTransfer"/> when it cannot be now.
/// </summary>
/// <param name="By">Who shall be there: <c>call:ID</c>, another call of this cluster, or a destination.</param>
[GenerateSerializer, Immutable, Alias("ReplacementAsked")]
public sealed record ReplacementAsked(int Leg, [property: Id(0)] string By) : CallEvent(Leg)
{
    /// <summary>The trunk behind which the agent's partner in that call is, so that a caller from there can be joined with them by <see cref="ReferLeg"/>; null when there is none, or the edge does not know.</summary>
    [Id(1)] public string? Trunk { get; init; }
}

/// <summary>
/// How a <see cref="ReferLeg"/> went. Told before <see cref="LegEnded"/>, also where the peer told it after its BYE: a leg that ends without it was hung up, and nobody was transferred.
/// </summary>
/// <param name="Status">200 to 299: the party is there, and its leg is of no use any more; else why it is not, and nothing has changed.</param>
[GenerateSerializer, Immutable, Alias("ReferEnded")]
public sealed record ReferEnded(int Leg, [property: Id(0)] int Status) : CallEvent(Leg);

/// <summary>Another dialog has taken the place of the leg's (RFC 3891), and its audio goes on there.</summary>
/// <param name="By">Who is there now instead of the agent, as in <see cref="ReplacementAsked"/>; null: whoever was there before, by another dialog.</param>
[GenerateSerializer, Immutable, Alias("LegReplaced")]
public sealed record LegReplaced(int Leg, [property: Id(0)] string? By) : CallEvent(Leg);

/// <summary>The agent on the leg wants the caller elsewhere (REFER within the dialog, RFC 3515). Answered by <see cref="TellTransfer"/>.</summary>
/// <param name="To">The destination: internal, or one that the configuration names. The edge has refused all others.</param>
[GenerateSerializer, Immutable, Alias("TransferAsked")]
public sealed record TransferAsked(int Leg, [property: Id(0)] string To) : CallEvent(Leg);
