using CallCluster.Contracts.Tickets;

namespace CallCluster.Contracts.Calls;

/// <summary>What the CallGrain asks of the edge that carries the call. Executed once, in the order of <see cref="Id"/>.</summary>
/// <param name="Leg">The leg it concerns.</param>
[GenerateSerializer, Immutable, Alias("CallCommand")]
public abstract record CallCommand([property: Id(0)] int Leg)
{
    /// <summary>1, 2, 3 … within an incarnation; set when the command is sent.</summary>
    [Id(1)] public long Id { get; init; }
}

/// <summary>Send 180 to the caller; nothing when it is answered already.</summary>
[GenerateSerializer, Immutable, Alias("SendRinging")]
public sealed record SendRinging() : CallCommand(0);

/// <summary>Send 182 Queued to the caller, and again each minute until something else is sent (RFC 3261 13.3.1.1).</summary>
[GenerateSerializer, Immutable, Alias("SendQueued")]
public sealed record SendQueued() : CallCommand(0);

/// <summary>Answer the caller with 200 and media.</summary>
[GenerateSerializer, Immutable, Alias("AnswerCaller")]
public sealed record AnswerCaller() : CallCommand(0);

/// <summary>Refuse the caller's INVITE; hangs up when it is answered already.</summary>
[GenerateSerializer, Immutable, Alias("RejectCaller")]
public sealed record RejectCaller([property: Id(0)] int Status, [property: Id(1)] string? Reason, [property: Id(2)] TimeSpan? RetryAfter) : CallCommand(0)
{
    /// <summary>As in <see cref="LegEnded.NetworkCause"/>, for the Reason header; null for the one that goes with the status.</summary>
    [Id(3)] public int? NetworkCause { get; init; }
}

/// <summary>Call an agent on a new leg.</summary>
/// <param name="Leg">The new leg's number. A number at or below one that this call has used at the edge is a repetition by a new incarnation: nothing is done, the leg's events tell.</param>
/// <param name="Target">SIP URI of the agent's phone.</param>
/// <param name="AgentId">The agent, told back in <see cref="LegSnapshot"/>.</param>
/// <param name="OfferId">The reservation served.</param>
/// <param name="Caller">Caller's number for the From header.</param>
/// <param name="CallerName">Caller's display name.</param>
/// <param name="Queue">Queue name, for the agent's phone (P-Asserted style headers are the edge's business); null for a direct call.</param>
[GenerateSerializer, Immutable, Alias("Originate")]
public sealed record Originate(int Leg, [property: Id(0)] string Target, [property: Id(1)] string AgentId, [property: Id(2)] string OfferId,
    [property: Id(3)] string Caller, [property: Id(4)] string? CallerName, [property: Id(5)] string? Queue) : CallCommand(Leg)
{
    /// <summary>The agent is to supervise; told back in <see cref="LegSnapshot"/>.</summary>
    [Id(6)] public bool Supervises { get; init; }
}

/// <summary>Call a number or URI outside through a trunk, on a new leg.</summary>
/// <param name="Leg">The new leg's number; as for <see cref="Originate"/>.</param>
/// <param name="Trunk">The trunk, whose channel the leg has; told back in <see cref="LegSnapshot"/>.</param>
/// <param name="To">The destination, <c>tel:NUMBER</c> or <c>sip:URI</c>.</param>
/// <param name="Caller">Number for the From header.</param>
/// <param name="CallerName">Display name for the From header.</param>
[GenerateSerializer, Immutable, Alias("Dial")]
public sealed record Dial(int Leg, [property: Id(0)] string Trunk, [property: Id(1)] string To, [property: Id(2)] string Caller, [property: Id(3)] string? CallerName) : CallCommand(Leg)
{
    /// <summary>
    /// The party is to be the caller: it is leg 0, which there is none of, or none any more. <see cref="CallCommand.Leg"/> only numbers the attempt, told back in <see cref="LegSnapshot.Attempt"/>.
    /// </summary>
    [Id(70)] public bool AsCaller { get; init; }
}

/// <summary>End a leg in whatever state it is: CANCEL, BYE, or a final response with <paramref name="Status"/>.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="Status">Status for a leg that has no final response yet, else the cause in the Reason header (RFC 3326); 200 for a phone that rings: somebody else has answered.</param>
/// <param name="Reason">Text of the Reason header.</param>
[GenerateSerializer, Immutable, Alias("HangUp")]
public sealed record HangUp(int Leg, [property: Id(0)] int Status, [property: Id(1)] string? Reason) : CallCommand(Leg)
{
    /// <summary>As in <see cref="RejectCaller.NetworkCause"/>.</summary>
    [Id(2)] public int? NetworkCause { get; init; }
}

/// <summary>Join the audio of two answered legs, both ways, and of them alone; stops playbacks on both. Nothing when they are joined so.</summary>
[GenerateSerializer, Immutable, Alias("BridgeLegs")]
public sealed record BridgeLegs(int Leg, [property: Id(0)] int Other) : CallCommand(Leg);

/// <summary>
/// Mix the audio of answered legs: who hears whom, in place of what was bridged or mixed before. Legs that are gone are left out. Who is not named hears nothing any more. The same again
/// changes nothing. Ended by <see cref="BridgeLegs"/> and <see cref="UnbridgeLeg"/> for the legs they name.
/// </summary>
[GenerateSerializer, Immutable, Alias("MixLegs")]
public sealed record MixLegs([property: Id(0)] LegHearing[] Hearings) : CallCommand(0);

/// <summary>
/// Tell the leg's party that it is on hold (re-INVITE with a=inactive, RFC 3264 8.4), until <see cref="BridgeLegs"/> or <see cref="MixLegs"/> names the leg. Nothing when it is. Its audio is for
/// <see cref="UnbridgeLeg"/> to end, whatever the party answers.
/// </summary>
[GenerateSerializer, Immutable, Alias("HoldLeg")]
public sealed record HoldLeg(int Leg) : CallCommand(Leg);

/// <summary>End the joining of the leg's audio with another's. Nothing when it is not joined.</summary>
[GenerateSerializer, Immutable, Alias("UnbridgeLeg")]
public sealed record UnbridgeLeg(int Leg) : CallCommand(Leg);

/// <summary>Ask the leg's party to go elsewhere (REFER, RFC 3515), and follow its NOTIFYs; answered by <see cref="ReferEnded"/>. Nothing while one is under way.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="To">The destination, <c>tel:NUMBER</c> or <c>sip:URI</c>, which is written for the leg's trunk; <c>call:ID</c> as in <see cref="ReplacementAsked"/>: the agent's partner there, in the agent's place (RFC 5589 7).</param>
/// <param name="By">The agent who transfers, for Referred-By (RFC 3892).</param>
[GenerateSerializer, Immutable, Alias("ReferLeg")]
public sealed record ReferLeg(int Leg, [property: Id(0)] string To, [property: Id(1)] string By) : CallCommand(Leg);

/// <summary>Wait no more for what comes of a <see cref="ReferLeg"/>; nothing when none is under way.</summary>
[GenerateSerializer, Immutable, Alias("StopReferring")]
public sealed record StopReferring(int Leg) : CallCommand(Leg);

/// <summary>
/// Put the dialog that <see cref="ReplacementAsked"/> named in the place of the leg's. The edge tells the phone how it goes; <see cref="LegReplaced"/> follows when it is done, and when it
/// fails the leg stays as it was. Nothing when none was asked for, or it has begun.
/// </summary>
[GenerateSerializer, Immutable, Alias("ReplaceLeg")]
public sealed record ReplaceLeg(int Leg) : CallCommand(Leg);

/// <summary>
/// The agent on the leg is about to leave it to another call (<see cref="ReplacementAsked"/> there), or is not after all. Until then a BYE of the phone does not end the leg, since many hang up
/// all they have as soon as their REFER is accepted; the edge bounds how long. Answered by <see cref="LegKept"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("KeepLeg")]
public sealed record KeepLeg(int Leg, [property: Id(0)] bool Keep) : CallCommand(Leg);

/// <summary>Tell the phone that asked for a transfer how it went (NOTIFY with a sipfrag, RFC 3515 2.4.5). Nothing when no transfer was asked on the leg.</summary>
/// <param name="Leg">The leg that told <see cref="TransferAsked"/>.</param>
/// <param name="Status">200: the caller is on the way there; 300 and above: it failed and the agent still has the caller.</param>
[GenerateSerializer, Immutable, Alias("TellTransfer")]
public sealed record TellTransfer(int Leg, [property: Id(0)] int Status) : CallCommand(Leg);

/// <summary>Play prompts one after another; replaces what plays. Answered by <see cref="PlaybackFinished"/> unless <paramref name="Loop"/>.</summary>
/// <param name="Leg">The leg that hears it.</param>
/// <param name="PlayId">Told back when finished.</param>
/// <param name="Prompts">Prompt names (files below Prompts:Directory, or the built-in "beep", "hold", "ringback").</param>
/// <param name="Language">BCP 47 tag that chooses the prompt's subfolder; null for the default.</param>
/// <param name="Loop">Play again and again until stopped.</param>
/// <param name="StopOnDigit">The first digit cuts it at once, at the edge.</param>
[GenerateSerializer, Immutable, Alias("Play")]
public sealed record Play(int Leg, [property: Id(0)] long PlayId, [property: Id(1)] string[] Prompts, [property: Id(2)] string? Language,
    [property: Id(3)] bool Loop, [property: Id(4)] bool StopOnDigit) : CallCommand(Leg);

/// <summary>Stop what plays; no <see cref="PlaybackFinished"/> follows.</summary>
[GenerateSerializer, Immutable, Alias("StopPlaying")]
public sealed record StopPlaying(int Leg) : CallCommand(Leg);

/// <summary>Report digits of a leg, or stop reporting them. Bridged digits pass through in the audio path either way.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="Listen">Whether to report.</param>
/// <param name="Secure">Mask the digits in every log and trace.</param>
[GenerateSerializer, Immutable, Alias("ListenForDigits")]
public sealed record ListenForDigits(int Leg, [property: Id(0)] bool Listen, [property: Id(1)] bool Secure) : CallCommand(Leg);

/// <summary>
/// Write down that a message is about to be spoken: the manifest of PROTOCOL rule 22, durable before the beep. <see cref="RecordingPrepared"/> follows, also when the disk does not take it. A leg that ends
/// before <see cref="StartRecording"/> leaves none.
/// </summary>
[GenerateSerializer, Immutable, Alias("PrepareRecording")]
public sealed record PrepareRecording(int Leg, [property: Id(730)] string RecordingId, [property: Id(731)] string Box, [property: Id(732)] Ticket Ticket) : CallCommand(Leg);

/// <summary>Record what the leg says. Where <see cref="PrepareRecording"/> was not executed, the manifest is written before any audio. The edge tells the end by <see cref="RecordingFinished"/>,
/// always, also when the leg is gone already. The id of a recording that runs or ran: nothing is done.</summary>
[GenerateSerializer, Immutable, Alias("StartRecording")]
public sealed record StartRecording(int Leg, [property: Id(0)] string RecordingId, [property: Id(1)] string Box, [property: Id(2)] TimeSpan MaxLength) : CallCommand(Leg)
{
    /// <summary>The ticket that the message will have, kept in the manifest: whoever finds the audio of a dead edge stores it. Null from a silo that is older.</summary>
    [Id(700)] public Ticket? Ticket { get; init; }

    /// <summary>The recording ends when nothing was said for so long; null never does.</summary>
    [Id(730)] public TimeSpan? MaxSilence { get; init; }
}

/// <summary>
/// Record the conversation, the caller left and whoever the caller talks with right, to the end of the caller's leg, and through every change of partner. The manifest is written first
/// (PROTOCOL rule 22); <see cref="ConversationRecorded"/> tells the end, always. The id of a recording that runs or ran: nothing is done.
/// </summary>
[GenerateSerializer, Immutable, Alias("RecordConversation")]
public sealed record RecordConversation([property: Id(0)] string RecordingId) : CallCommand(0);

/// <summary>End a recording; <see cref="RecordingFinished"/> follows.</summary>
[GenerateSerializer, Immutable, Alias("StopRecording")]
public sealed record StopRecording(int Leg, [property: Id(0)] string RecordingId) : CallCommand(Leg);

/// <summary>
/// The call is over for the CallGrain: end whatever is left and forget it. Also the answer to an attach of a call that ended. An edge keeps a call, and attaches
/// it with its ended legs, until this comes: a CallGrain that lost its state can still write the record.
/// </summary>
[GenerateSerializer, Immutable, Alias("ForgetCall")]
public sealed record ForgetCall() : CallCommand(0);
