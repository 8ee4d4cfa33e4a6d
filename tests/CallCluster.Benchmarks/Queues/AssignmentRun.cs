using System.Diagnostics;
using System.Globalization;
using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;
using CallCluster.Grains.Queues;

namespace CallCluster.Benchmarks.Queues;

/// <summary>What an assignment costs a queue's machine, few and many waiting, few and many agents of 50 skills each: the machine alone, no silo.</summary>
internal sealed class AssignmentRun
{
    private const int Assignments = 20_000;
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private readonly Effects _effects = new();
    private readonly QueueMachine _queue;
    private readonly string[] _agents;
    private readonly List<string> _reserved = [];
    private DateTimeOffset _now = Start;
    private long _version = 1;
    private long _callers;

    private AssignmentRun(QueueStrategy strategy, int agents, int waiting, bool free)
    {
        var centre = new SkilledCentre(strategy, agents);
        _agents = centre.AgentIds;
        _queue = new QueueMachine(SkilledCentre.Queue, centre, Start);
        _queue.Load(Start, _effects);
        foreach (var agent in _agents) Tell(agent, free ? 1 : 0, wantsBids: false);
        for (var i = 0; i < waiting; i++) Arrive();
    }

    public static int Run()
    {
        Console.WriteLine("| strategy | agent comes free, 100 wait, 10 agents | 100,000 wait, 10,000 agents | caller comes, 10 free | 10,000 free |\n|---|---|---|---|---|");
        foreach (var strategy in Enum.GetValues<QueueStrategy>())
        {
            double[] microseconds =
            [
                Best(() => new AssignmentRun(strategy, 10, 100, free: false).AgentsComeFree()), Best(() => new AssignmentRun(strategy, 10_000, 100_000, free: false).AgentsComeFree()),
                Best(() => new AssignmentRun(strategy, 10, 0, free: true).CallersCome()), Best(() => new AssignmentRun(strategy, 10_000, 0, free: true).CallersCome()),
            ];
            Console.WriteLine($"| {strategy} | {string.Join(" | ", microseconds.Select(time => string.Create(CultureInfo.InvariantCulture, $"{time:F1} us")))} |");
        }

        return 0;
    }

    private static double Best(Func<double> measure) => Enumerable.Range(0, 3).Min(_ => measure());

    /// <summary>An agent comes free and gets the first in line; another caller joins the line. Microseconds each.</summary>
    private double AgentsComeFree() => Measure(i =>
    {
        Tell(_agents[i % _agents.Length], 1, wantsBids: true);
        Answer(((Bid)_effects.List[^1].Payload!).CallId!);
        Arrive();
    });

    /// <summary>A caller comes and gets an agent, who is free again soon.</summary>
    private double CallersCome() => Measure(_ =>
    {
        Arrive();
        _reserved.Clear();
        foreach (var effect in _effects.List) _reserved.Add(effect.Key);
        Answer(((Reserve)_effects.List[^1].Payload!).CallId);
        foreach (var agent in _reserved) Tell(agent, 1, wantsBids: false);
    });

    private double Measure(Action<int> assign)
    {
        for (var i = 0; i < Assignments / 10; i++) assign(i);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Assignments; i++) assign(i);
        return Stopwatch.GetElapsedTime(began).TotalMicroseconds / Assignments;
    }

    // Callers have waited for the last step, so that every agent fits: the most there is to choose from.
    private void Arrive() => Send(new Enqueue(string.Create(CultureInfo.InvariantCulture, $"call{_callers}"), 1, _callers++, _now.AddSeconds(-61), [], "+1555"));

    private void Answer(string callId) => Send(new Leave(callId, 2, LeaveReason.Answered));

    private void Tell(string agent, int free, bool wantsBids) => Send(new AgentChanged
    {
        AgentId = agent,
        Version = ++_version,
        LoggedIn = true,
        Free = free,
        WantsBids = wantsBids,
        IdleSince = _now,
        Presence = "Available",
        Occupancy = _version % 1000 / 1000.0,
        OccupancyAt = _now,
    });

    private void Send(QueueMessage message)
    {
        _effects.Reset();
        _now += TimeSpan.FromTicks(10);
        _queue.Handle(message, _now, _effects);
    }
}
