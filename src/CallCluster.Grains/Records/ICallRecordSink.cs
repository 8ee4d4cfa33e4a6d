using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Records;

/// <summary>Where call detail records go.</summary>
public interface ICallRecordSink
{
    /// <summary>Writes the record; the task ends when it will survive this process, however long that takes. Repeats are possible (PROTOCOL rule 21).</summary>
    /// <exception cref="OperationCanceledException">It was not written, as the sink stops or holds as many as it may: offer it again.</exception>
    Task Write(CallRecord record);
}
