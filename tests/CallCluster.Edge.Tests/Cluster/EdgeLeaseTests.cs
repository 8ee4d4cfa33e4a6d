using System.Reflection;
using System.Threading.Channels;
using CallCluster.Contracts.Edges;
using CallCluster.Edge.Calls;
using CallCluster.Edge.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Edge.Tests.Cluster;

public sealed class EdgeLeaseTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly EdgeGrainDouble _grain = new();

    [Fact]
    public async Task The_first_heartbeat_and_the_answer_to_a_probe_tell_of_all_calls_the_others_of_changes()
    {
        await using var lease = NewLease();
        lease.Observe();
        lease.Start(["udp:127.0.0.1:5060"], "sip:127.0.0.1:5060", () => 0);
        Assert.True((await _grain.Next()).Full);
        Assert.False((await NextAfterInterval()).Full);

        // An EdgeGrain that was activated elsewhere knows nothing and probes.
        await lease.Reference.Probe();
        while (!(await _grain.Next()).Full)
        {
            // A heartbeat of before the probe.
        }

        Assert.False((await NextAfterInterval()).Full);
    }

    [Fact]
    public async Task A_heartbeat_that_was_not_answered_is_made_good_by_one_that_tells_of_all_calls()
    {
        await using var lease = NewLease();
        lease.Observe();
        lease.Start([], null, () => 0);
        await _grain.Next();
        _grain.Fails = true;
        Assert.False((await NextAfterInterval()).Full);
        Assert.True((await NextAfterInterval()).Full);
    }

    private EdgeLease NewLease() => new(GrainsDouble.With(_grain), new EdgeOptions { EdgeId = "e", Listeners = [], Key = [1] }, new EdgeCalls(), _clock, NullLogger<EdgeLease>.Instance);

    private async Task<EdgeHeartbeat> NextAfterInterval()
    {
        // The loop may not wait yet: time goes on until it does.
        var next = _grain.Next();
        while (!next.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await next;
    }

    private sealed class EdgeGrainDouble : IEdgeGrain
    {
        private readonly Channel<EdgeHeartbeat> _heartbeats = Channel.CreateUnbounded<EdgeHeartbeat>();

        public bool Fails { get; set; }

        public Task<EdgeHeartbeat> Next() => _heartbeats.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        public Task<TimeSpan> Heartbeat(EdgeHeartbeat heartbeat)
        {
            var fails = Fails; // before the test hears of it and changes its mind
            _heartbeats.Writer.TryWrite(heartbeat);
            return fails ? Task.FromException<TimeSpan>(new TimeoutException()) : Task.FromResult(TimeSpan.FromSeconds(9));
        }

        public Task Post(EdgeMessage message) => Task.CompletedTask;

        public Task<EdgeView?> View() => Task.FromResult<EdgeView?>(null);

        public Task<string[]> Calls(string after, int limit) => Task.FromResult(Array.Empty<string>());
    }

    /// <summary>A grain factory that knows one grain; object references are the objects.</summary>
    public class GrainsDouble : DispatchProxy
    {
        private IEdgeGrain? _grain;

        public static IGrainFactory With(IEdgeGrain grain)
        {
            var grains = Create<IGrainFactory, GrainsDouble>();
            ((GrainsDouble)(object)grains)._grain = grain;
            return grains;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(IGrainFactory.GetGrain) => _grain,
            nameof(IGrainFactory.CreateObjectReference) => args![0],
            _ => throw new NotSupportedException(targetMethod.Name),
        };
    }
}
