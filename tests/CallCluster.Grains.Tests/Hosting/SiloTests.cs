using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Directories;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Tickets;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Hosting;
using CallCluster.Grains.Records;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace CallCluster.Grains.Tests.Hosting;

/// <summary>The real grains in a real silo, with an edge that carries one call.</summary>
public sealed class SiloTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly KeptRecords _records = new();
    private InProcessTestCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        var routing = new Routing(new RoutingOptions
        {
            Trunks = new Dictionary<string, TrunkOptions> { ["carrier"] = new() { MaxChannels = 1 } },
            Queues = new Dictionary<string, QueueOptions>
            {
                ["support"] = new(),
                ["closed"] = new() { Overflow = [new OverflowOptions { When = OverflowCondition.NoAgents, To = "voicemail:box" }] },
            },
            Agents = new Dictionary<string, AgentOptions> { ["alice"] = Routing.Agent("support") },
            Voicemail = new VoicemailOptions { Boxes = new Dictionary<string, VoicemailBoxOptions> { ["box"] = new() } },
        });
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<IRoutingConfiguration>(routing);
            silo.Services.AddSingleton<ICallRecordSink>(_records);
            silo.AddCallClusterGrains();
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_call_reaches_an_agent_and_everything_is_released_when_it_ends()
    {
        var call = Call("call-1");
        await call.Offer("queue:support");
        await call.Until<BridgeLegs>();
        Assert.Equal(Presence.Busy, (await Grain<IAgentGrain>("alice").View()).Presence);
        Assert.Equal(1, (await Grain<ITrunkGrain>("carrier").View()).Channels);
        Assert.Equal(CallState.Connected, (await Grain<ICallGrain>("call-1").View())!.State);

        call.Tell(new LegEnded(0, LegEndCause.RemoteHangup, null, null));
        await call.Until<ForgetCall>();
        await Eventually(async () => (await Grain<IAgentGrain>("alice").View()).Presence == Presence.Available);
        await Eventually(async () => (await Grain<ITrunkGrain>("carrier").View()).Channels == 0);
        await Eventually(async () => await Grain<IQueueGrain>("support").View() is { Answered: 1, Waiting: 0, AgentsFree: 1 });
        var record = Assert.Single(_records.Written);
        Assert.Equal(("call-1", CallOutcome.Answered, "alice"), (record.Id, record.Outcome, record.Agent));
    }

    [Fact]
    public async Task Activations_that_are_lost_go_on_from_what_was_stored()
    {
        var call = Call("call-4");
        await call.Offer("queue:support");
        await call.Until<BridgeLegs>();
        await Eventually(async () => (await Grain<IAgentGrain>("alice").View()).Calls is ["call-4"]);
        await _cluster.DeactivateAsync(Grain<ICallGrain>("call-4"));
        await _cluster.DeactivateAsync(Grain<IAgentGrain>("alice"));
        Assert.Equal(Presence.Busy, (await Grain<IAgentGrain>("alice").View()).Presence);
        Assert.Equal(CallState.Connected, (await Grain<ICallGrain>("call-4").View())!.State);

        call.Tell(new LegEnded(0, LegEndCause.RemoteHangup, null, null));
        await call.Until<ForgetCall>();
        await Eventually(async () => (await Grain<IAgentGrain>("alice").View()).Presence == Presence.Available);
        var record = Assert.Single(_records.Written);
        Assert.Equal((CallOutcome.Answered, "alice"), (record.Outcome, record.Agent));
    }

    [Fact]
    public async Task A_fork_that_reaches_another_edge_is_refused_there_and_changes_nothing()
    {
        var call = Call("call-6");
        await call.Offer("queue:support");
        await call.Until<BridgeLegs>();
        var fork = Call("call-6", "e2");
        await fork.Offer("queue:support");
        Assert.Equal(482, (await fork.Until<RejectCaller>()).Status);
        await fork.Until<ForgetCall>();
        await Grain<ICallGrain>("call-6").Deliver(Batch("e2", fork, 0, new CallUnknown()));
        Assert.True(await Grain<ICallGrain>("call-6").View() is { State: CallState.Connected, Edge: "e1" });

        call.Tell(new LegEnded(0, LegEndCause.RemoteHangup, null, null));
        await call.Until<ForgetCall>();
        var record = Assert.Single(_records.Written);
        Assert.Equal((CallOutcome.Answered, "e1"), (record.Outcome, record.Edge));
    }

    [Fact]
    public async Task A_fork_is_told_apart_by_what_was_stored_and_only_the_carrying_edge_may_say_that_the_call_is_unknown()
    {
        var call = Call("call-7");
        await call.Offer("queue:support");
        await call.Until<BridgeLegs>();
        await _cluster.DeactivateAsync(Grain<ICallGrain>("call-7"));
        var fork = Call("call-7", "e2");
        await Grain<ICallGrain>("call-7").Deliver(Batch("e2", fork, 1000, new LegEnded(0, LegEndCause.RemoteHangup, null, null)));
        Assert.Equal(482, (await fork.Until<RejectCaller>()).Status);
        await fork.Until<ForgetCall>();
        Assert.Equal(CallState.Connected, (await Grain<ICallGrain>("call-7").View())!.State);

        await Grain<ICallGrain>("call-7").Deliver(Batch("e1", call, 0, new CallUnknown()));
        await Eventually(() => Task.FromResult(_records.Written.Count == 1));
    }

    [Fact]
    public async Task Metrics_show_queues_trunks_and_agents_by_presence()
    {
        var call = Call("call-5");
        await call.Offer("queue:support");
        await call.Until<BridgeLegs>();
        await Eventually(async () => (await Grain<IQueueGrain>("support").View()).Answered == 1);
        var measured = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Meter.Name == "CallCluster") it.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured[Name(instrument, tags)] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured[Name(instrument, tags)] = value);
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => measured[Name(instrument, tags)] = value);
        listener.Start();
        await Eventually(() =>
        {
            listener.RecordObservableInstruments();
            return Task.FromResult(measured.GetValueOrDefault("callcluster.agents Busy") == 1 && measured.GetValueOrDefault("callcluster.trunk.channels carrier") == 1
                && measured.GetValueOrDefault("callcluster.queue.answered support") == 1 && measured.GetValueOrDefault("callcluster.queue.agents.logged_in support") == 1);
        });

        static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => instrument.Name + (tags.Length == 0 ? "" : " " + tags[0].Value);
    }

    [Fact]
    public async Task A_call_over_the_trunks_limit_is_refused()
    {
        await Grain<ITrunkGrain>("carrier").Post(new AcquireChannel("other"));
        await Eventually(async () => (await Grain<ITrunkGrain>("carrier").View()).Channels == 1);
        var call = Call("call-2");
        await call.Offer("queue:support");
        var rejected = await call.Until<RejectCaller>();
        Assert.Equal(503, rejected.Status);
        Assert.NotNull(rejected.RetryAfter);
    }

    [Fact]
    public async Task A_caller_whom_nobody_can_serve_leaves_a_voicemail_and_a_ticket_is_listed()
    {
        var call = Call("call-3");
        await call.Offer("queue:closed");
        await call.Until<ForgetCall>();
        var record = Assert.Single(_records.Written);
        Assert.Equal(CallOutcome.Voicemail, record.Outcome);
        string[] tickets = [];
        await Eventually(async () => (tickets = await Grain<IDirectoryGrain>(IDirectoryGrain.Tickets).List(10)).Length == 1);
        var ticket = await Grain<ITicketGrain>(tickets[0]).View();
        Assert.Equal(("call-3", "NoAgents", "message.wav"), (ticket!.CallId, ticket.Reason, ticket.AudioFile));
    }

    [Fact]
    public async Task An_edge_is_listed_and_shows_its_load()
    {
        var edge = Grain<IEdgeGrain>("e1");
        var lease = await edge.Heartbeat(new EdgeHeartbeat
        {
            Observer = Call("none").Observer,
            ProcessId = Guid.NewGuid(),
            Number = 1,
            Draining = false,
            Started = ["a", "b"],
            Ended = [],
            Full = true,
            MaxCalls = 10,
            Listeners = ["udp:127.0.0.1:5060"],
            PortsInUse = 4,
        });
        Assert.True(lease > TimeSpan.Zero);
        Assert.Equal(2, (await edge.View())!.Calls);
        await Eventually(async () => (await Grain<IDirectoryGrain>(IDirectoryGrain.Edges).List(10)) is ["e1"]);
        Assert.Null(await Grain<IEdgeGrain>("unknown").View());
    }

    [Fact]
    public async Task Presence_set_by_the_API_comes_back_and_a_registration_is_answered()
    {
        var alice = Grain<IAgentGrain>("alice");
        var view = await alice.SetPresence(Presence.Away, "lunch");
        Assert.Equal((Presence.Away, "lunch"), (view.Presence, view.Reason));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => alice.SetPresence(Presence.Busy, null));
        var result = await alice.Register(new RegistrationRequest { SipCallId = "r", CSeq = 1, Contacts = [new ContactBinding("sip:a", "sip:a", TimeSpan.FromMinutes(1))], EdgeId = "e1" });
        Assert.Equal(RegistrationStatus.Accepted, result.Status);
        Assert.Null(await Grain<ICallGrain>("nobody").View());
    }

    private T Grain<T>(string key)
        where T : IGrainWithStringKey => _cluster.Client.GetGrain<T>(key);

    private LiveCall Call(string id, string edgeId = "e1") => new(id, _cluster.Client, edgeId);

    private static EdgeEvents Batch(string edgeId, LiveCall call, long sequence, CallEvent happened) =>
        new() { EdgeId = edgeId, Observer = call.Observer, Epoch = 1, FirstSequence = sequence, Events = [happened], Incarnation = 0, LastCommand = 0 };

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await holds()) await Task.Delay(10, patience.Token);
    }

    private sealed class KeptRecords : ICallRecordSink
    {
        private readonly ConcurrentQueue<CallRecord> _records = new();

        public IReadOnlyCollection<CallRecord> Written => _records;

        public Task Write(CallRecord record)
        {
            _records.Enqueue(record);
            return Task.CompletedTask;
        }
    }
}
