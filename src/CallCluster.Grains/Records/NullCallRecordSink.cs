using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Records;

/// <summary>Keeps no call detail records: Records.File is not configured.</summary>
public sealed class NullCallRecordSink : ICallRecordSink
{
    public Task Write(CallRecord record) => Task.CompletedTask;
}
