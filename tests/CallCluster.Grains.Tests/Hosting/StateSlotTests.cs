using CallCluster.Grains.Directories;
using CallCluster.Grains.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Orleans.Storage;

namespace CallCluster.Grains.Tests.Hosting;

/// <summary>PROTOCOL rule 18.</summary>
public sealed class StateSlotTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedStorage _storage = new();
    private readonly GrainMetrics _metrics;
    private readonly StateSlot<DirectoryState> _slot;
    private readonly DirectoryState _state = new();

    public StateSlotTests()
    {
        _metrics = new GrainMetrics(_time);
        _slot = new StateSlot<DirectoryState>("test", GrainId.Create("test", "key"), _storage, _time, _metrics, NullLogger.Instance);
    }

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public void A_write_that_the_store_takes_at_once_is_not_waited_for()
    {
        Assert.True(_slot.Save(_state).IsCompletedSuccessfully);
        Assert.True(_slot.Clean);
        Assert.Equal(1, _storage.Writes);
    }

    [Fact]
    public async Task A_slow_write_is_awaited_for_fifty_milliseconds_and_goes_on_behind()
    {
        var write = _storage.HoldNext();
        var save = _slot.Save(_state);
        _time.Advance(TimeSpan.FromMilliseconds(49));
        Assert.False(save.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await save;
        Assert.False(_slot.Clean);
        write.SetResult();
        await _slot.Drain(CancellationToken.None);
        Assert.True(_slot.Clean);
    }

    [Fact]
    public async Task Changes_during_a_write_are_written_together_after_it()
    {
        var write = _storage.HoldNext();
        Task[] saves = [_slot.Save(_state), _slot.Save(_state), _slot.Save(_state)];
        write.SetResult();
        await Task.WhenAll(saves);
        await _slot.Drain(CancellationToken.None);
        Assert.Equal(2, _storage.Writes);
    }

    [Fact]
    public async Task A_refused_write_is_tried_again_until_it_holds_and_nobody_waits_for_a_store_that_is_away()
    {
        _storage.Failure = new IOException("away");
        Assert.True(_slot.Save(_state).IsCompleted);
        for (var i = 0; i < 5; i++) _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_slot.Clean);
        _storage.Failure = null;
        _time.Advance(TimeSpan.FromSeconds(5));
        await _slot.Drain(CancellationToken.None);
        Assert.True(_slot.Clean);
        Assert.InRange(_storage.Writes, 3, 10);
    }

    [Fact]
    public void Another_activations_write_is_noticed_and_ends_writing()
    {
        _storage.Failure = new InconsistentStateException("etag");
        Assert.True(_slot.Save(_state).IsCompleted);
        Assert.True(_slot.Conflicted);
        Assert.True(_slot.Save(_state).IsCompleted);
        Assert.Equal(1, _storage.Writes);
    }

    [Fact]
    public async Task Clearing_comes_after_what_is_being_written_and_asks_nothing_of_a_store_that_has_nothing()
    {
        await _slot.Clear();
        Assert.Equal(0, _storage.Clears);
        var write = _storage.HoldNext();
        var save = _slot.Save(_state);
        var clear = _slot.Clear();
        Assert.Equal(0, _storage.Clears);
        write.SetResult();
        await Task.WhenAll(save, clear);
        await _slot.Drain(CancellationToken.None);
        Assert.Equal((1, 1), (_storage.Writes, _storage.Clears));
    }

    private sealed class ScriptedStorage : IGrainStorage
    {
        private TaskCompletionSource? _held;

        public Exception? Failure { get; set; }

        public int Writes { get; private set; }

        public int Clears { get; private set; }

        public TaskCompletionSource HoldNext() => _held = new TaskCompletionSource();

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Writes++;
            if (Failure is not null) throw Failure;
            var held = _held;
            _held = null;
            if (held is not null) await held.Task;
            grainState.ETag = "1";
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Clears++;
            return Task.CompletedTask;
        }
    }
}
