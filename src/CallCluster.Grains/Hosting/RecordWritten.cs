using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Hosting;

/// <summary>The call's host tells itself, as a turn of its own, that the call detail record is written.</summary>
[GenerateSerializer, Immutable, Alias("RecordWritten")]
internal sealed record RecordWritten : CallMessage;
