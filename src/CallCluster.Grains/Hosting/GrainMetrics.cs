using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Agents;
using CallCluster.Grains.Queues;
using CallCluster.Grains.Trunks;

namespace CallCluster.Grains.Hosting;

/// <summary>Instruments of the grains, on the meter "CallCluster".</summary>
public sealed class GrainMetrics : IDisposable
{
    private readonly Meter _meter = new("CallCluster");
    private static readonly string[] Names = Enum.GetNames<Presence>();
    private readonly ConcurrentDictionary<string, QueueMachine> _queues = [];
    private readonly ConcurrentDictionary<string, TrunkMachine> _trunks = [];
    private readonly ConcurrentDictionary<string, AgentMachine> _agents = [];
    private readonly AgentStatistics _agentsGone = new(default);
    private readonly TimeProvider _time;

    public GrainMetrics(TimeProvider time)
    {
        _time = time;
        StoreFailures = _meter.CreateCounter<long>("callcluster.store.failures", "{write}", "Writes that the grain store refused; each is tried again.");
        StoreSlow = _meter.CreateCounter<long>("callcluster.store.slow", "{write}", "Writes that were not awaited to their end because they took longer than 50 ms.");
        StoreConflicts = _meter.CreateCounter<long>("callcluster.store.conflicts", "{write}", "Writes refused because another activation had written.");
        EffectFailures = _meter.CreateCounter<long>("callcluster.grain.effect.failures", "{effect}", "Messages and commands that a grain could not send.");
        RecordsWritten = _meter.CreateCounter<long>("callcluster.records.written", "{record}", "Call detail records written.");
        RecordFailures = _meter.CreateCounter<long>("callcluster.records.failures", "{attempt}", "Failed attempts to write call detail records; each is tried again.");
        WatchQueues();
        WatchTrunks();
        WatchAgents();
    }

    public Counter<long> StoreFailures { get; }

    public Counter<long> StoreSlow { get; }

    public Counter<long> StoreConflicts { get; }

    public Counter<long> EffectFailures { get; }

    public Counter<long> RecordsWritten { get; }

    public Counter<long> RecordFailures { get; }

    /// <summary>Shows what a machine knows as long as this silo's activation owns it.</summary>
    public void Watch(string name, QueueMachine queue) => _queues[name] = queue;

    public void Watch(string name, TrunkMachine trunk) => _trunks[name] = trunk;

    public void Watch(string id, AgentMachine agent) => _agents[id] = agent;

    /// <summary>The activation is going: another silo's may show the machine from now on.</summary>
    public void Forget(string name, QueueMachine queue) => _queues.TryRemove(new(name, queue));

    public void Forget(string name, TrunkMachine trunk) => _trunks.TryRemove(new(name, trunk));

    /// <summary>What was counted of it stays counted.</summary>
    public void Forget(string id, AgentMachine agent)
    {
        if (!_agents.TryRemove(new(id, agent))) return;
        lock (_agentsGone) _agentsGone.Add(agent.Statistics);
    }

    public void Dispose() => _meter.Dispose();

    private void WatchQueues()
    {
        Queue("gauge", "waiting", "{call}", "Callers in line, those being offered included.", static (queue, _) => queue.Waiting);
        Queue("gauge", "longest.wait", "s", "How long whoever has waited longest has waited.", static (queue, now) => queue.FirstQueuedTicks is 0 ? 0 : (now.UtcTicks - queue.FirstQueuedTicks) / (double)TimeSpan.TicksPerSecond);
        Queue("gauge", "estimated.wait", "s", "How long a caller who came now would wait; absent while that is not known.", static (queue, _) => queue.EstimatedWaitSeconds);
        Queue("gauge", "agents.logged_in", "{agent}", "Agents logged in who meet the queue's needs.", static (queue, _) => queue.LoggedIn);
        Queue("gauge", "agents.free", "{agent}", "Agents who could be sent a caller.", static (queue, _) => queue.AgentsFree);
        Queue("gauge", "open", "1", "Whether callers are taken in: 0 outside the queue's hours and while it is closed by hand.", static (queue, now) => queue.IsOpen(now) ? 1 : 0);
        Queue("counter", "offered", "{call}", "Callers who reached the queue.", static (queue, _) => queue.Statistics.Offered);
        Queue("counter", "answered", "{call}", "Callers joined with an agent.", static (queue, _) => queue.Statistics.Answered);
        Queue("counter", "answered.in_time", "{call}", "Callers joined with an agent within the queue's ServiceLevel.", static (queue, _) => queue.Statistics.AnsweredInTime);
        Queue("counter", "answered.wait", "s", "Time that the answered waited, summed; over answered it is the average speed of answer.", static (queue, _) => queue.Statistics.AnsweredWait);
        Queue("counter", "abandoned", "{call}", "Callers who hung up before.", static (queue, _) => queue.Statistics.Abandoned);
        Queue("counter", "abandoned.short", "{call}", "Callers who hung up within the queue's ShortAbandon.", static (queue, _) => queue.Statistics.ShortAbandoned);
        Queue("counter", "overflowed", "{call}", "Callers sent elsewhere by an overflow rule.", static (queue, _) => queue.Statistics.Overflowed);
        Queue("counter", "moved", "{call}", "Callers sent elsewhere by a supervisor.", static (queue, _) => queue.Statistics.Moved);
    }

    private void Queue(string kind, string name, string unit, string description, Func<QueueMachine, DateTimeOffset, double> read)
    {
        if (kind == "gauge") _meter.CreateObservableGauge("callcluster.queue." + name, Measure, unit, description);
        else _meter.CreateObservableCounter("callcluster.queue." + name, Measure, unit, description);

        IEnumerable<Measurement<double>> Measure()
        {
            var now = _time.GetUtcNow();
            foreach (var (queue, machine) in _queues)
            {
                if (read(machine, now) is var value && !double.IsNaN(value)) yield return new(value, new KeyValuePair<string, object?>("queue", queue));
            }
        }
    }

    private void WatchTrunks()
    {
        _meter.CreateObservableGauge("callcluster.trunk.channels", () => Trunks(static trunk => trunk.Channels), "{channel}", "Channels in use.");
        _meter.CreateObservableGauge("callcluster.trunk.channels.outbound", () => Trunks(static trunk => trunk.Outbound), "{channel}", "Channels in use by outbound calls.");
        _meter.CreateObservableGauge("callcluster.trunk.channels.max", () => Trunks(static trunk => trunk.MaxChannels ?? 0), "{channel}", "Channels at once; 0 for no limit.");
        _meter.CreateObservableGauge("callcluster.trunk.up", () => Known(static health => health.Answers), "1", "Whether the trunk's proxy answers OPTIONS: 1 or 0; absent when not known.");
        _meter.CreateObservableGauge("callcluster.trunk.registered", () => Known(static health => health.Registered), "1", "Whether the trunk's registrar has our registration: 1 or 0; absent when not known.");
        _meter.CreateObservableCounter("callcluster.trunk.granted", () => Trunks(static trunk => trunk.Granted), "{call}", "Calls that got a channel.");
        _meter.CreateObservableCounter("callcluster.trunk.refused", Refusals, "{call}", "Calls that got no channel, by reason.");
    }

    private IEnumerable<Measurement<long>> Trunks(Func<TrunkMachine, long> read)
    {
        foreach (var (trunk, machine) in _trunks) yield return new(read(machine), new KeyValuePair<string, object?>("trunk", trunk));
    }

    private IEnumerable<Measurement<int>> Known(Func<TrunkHealth, bool?> read)
    {
        var now = _time.GetUtcNow();
        foreach (var (trunk, machine) in _trunks)
            if (machine.Health(now) is { } health && read(health) is { } isSo) yield return new(isSo ? 1 : 0, new KeyValuePair<string, object?>("trunk", trunk));
    }

    private IEnumerable<Measurement<long>> Refusals()
    {
        foreach (var (trunk, machine) in _trunks)
            foreach (var why in Enum.GetValues<ChannelRefusal>())
                yield return new(machine.RefusedFor(why), new("trunk", trunk), new("reason", why.ToString()));
    }

    /// <summary>Of all agents of this silo together: their ids would be an unbounded label.</summary>
    private void WatchAgents()
    {
        _meter.CreateObservableGauge("callcluster.agents", Presences, "{agent}", "Agents by presence.");
        Agents("offered", "{call}", "Calls that agents' phones were rung for.", static counted => counted.Offered);
        Agents("answered", "{call}", "Calls joined with agents.", static counted => counted.Answered);
        Agents("refused", "{call}", "Calls that agents' phones were busy for, rejected or forwarded.", static counted => counted.Refused);
        Agents("not_answered", "{call}", "Calls that agents' phones did not answer in time, or could not be called for.", static counted => counted.NotAnswered);
        Agents("talk.time", "s", "Time that agents were in calls, hold included.", static counted => counted.TalkTime.TotalSeconds);
        _meter.CreateObservableCounter("callcluster.agent.time", PresenceTimes, "s", "Time that agents were in each presence.");
    }

    private void Agents(string name, string unit, string description, Func<AgentStatistics, double> read) => _meter.CreateObservableCounter("callcluster.agent." + name, () => Sum(read), unit, description);

    private IEnumerable<Measurement<double>> PresenceTimes()
    {
        foreach (var presence in Enum.GetValues<Presence>()) yield return new(Sum(counted => counted.TimeIn(presence).TotalSeconds), new KeyValuePair<string, object?>("presence", presence.ToString()));
    }

    private double Sum(Func<AgentStatistics, double> read)
    {
        double sum;
        lock (_agentsGone) sum = read(_agentsGone);
        foreach (var (_, agent) in _agents) sum += read(agent.Statistics);
        return sum;
    }


    private IEnumerable<Measurement<int>> Presences()
    {
        Span<int> counts = stackalloc int[Names.Length];
        foreach (var (_, agent) in _agents) counts[(int)agent.Presence]++;
        var measured = new Measurement<int>[Names.Length];
        for (var i = 0; i < measured.Length; i++) measured[i] = new(counts[i], new KeyValuePair<string, object?>("presence", Names[i]));
        return measured;
    }
}
