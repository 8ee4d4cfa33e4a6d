using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Records;

/// <summary>Where call detail records go.</summary>
public interface ICallRecordSink
{
    /// <summary>Writes the record; the task ends when it will survive this process, however long that takes. Repeats are possible (PROTOCOL rule 21).</summary>
    Task Write(CallRecord record);
}
