using CallCluster.Contracts.Calls;
using CallCluster.Grains.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace CallCluster.Grains.Tests.Hosting;

public sealed class ProcessGrainStorageTests
{
    private static readonly GrainId Grain = GrainId.Create("call", "c1");
    private readonly ProcessGrainStorage _storage = new(new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>());

    [Fact]
    public async Task What_is_written_is_read_as_it_was_when_written()
    {
        var steps = new List<CallStep> { new(DateTimeOffset.UnixEpoch, "offered") };
        await Write(new GrainState<List<CallStep>>(steps));
        steps.Add(new CallStep(DateTimeOffset.UnixEpoch, "later"));
        Assert.Equal("offered", Assert.Single((await Read()).State!).What);
    }

    [Fact]
    public async Task The_one_who_wrote_last_is_the_owner_and_another_is_refused()
    {
        var first = new GrainState<List<CallStep>>([]);
        await Write(first);
        var second = await Read();
        await Write(second);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(first));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(new GrainState<List<CallStep>>([])));
        await Write(second);
    }

    [Fact]
    public async Task A_cleared_state_is_gone_and_may_be_written_anew()
    {
        var state = new GrainState<List<CallStep>>([]);
        await Write(state);
        await _storage.ClearStateAsync("call", Grain, state);
        Assert.False((await Read()).RecordExists);
        await Write(state);
        Assert.True((await Read()).RecordExists);
    }

    private Task Write(GrainState<List<CallStep>> state) => _storage.WriteStateAsync("call", Grain, state);

    private async Task<GrainState<List<CallStep>>> Read()
    {
        var state = new GrainState<List<CallStep>>();
        await _storage.ReadStateAsync("call", Grain, state);
        return state;
    }
}
