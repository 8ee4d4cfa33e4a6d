namespace CallCluster.Contracts.Calls;

/// <summary>A batch of commands for one call, sent one-way to the edge's observer and again until acknowledged by <see cref="EdgeEvents.LastCommand"/>.</summary>
/// <remarks>
/// An edge that carries no such call answers with <see cref="CallUnknown"/>. An edge that meets a second or later incarnation of a call sends <see cref="CallAttached"/>
/// and each <see cref="RecordingFinished"/> of the call at once, so that what the earlier one was told and could not store is told again; the batch may be empty for just that purpose. A new incarnation repeats what its
/// state needs, so commands are safe to repeat: see each.
/// </remarks>
/// <param name="CallId">The call.</param>
/// <param name="Epoch">The epoch of the legs; an edge refuses a lower one.</param>
/// <param name="Incarnation">Rises each time the CallGrain activates (UTC ticks of the activation, or one above the highest known); an edge refuses a lower one and begins command ids anew at a higher one.</param>
/// <param name="Commands">In order of their ids, contiguous.</param>
[GenerateSerializer, Immutable, Alias("CallCommands")]
public sealed record CallCommands([property: Id(0)] string CallId, [property: Id(1)] int Epoch, [property: Id(2)] long Incarnation, [property: Id(3)] CallCommand[] Commands)
{
    /// <summary>The activation knows nothing of the call but that the edge carries it: it is to be attached, also when none has been heard of before.</summary>
    [Id(740)] public bool KnowsNothing { get; init; }
}
