using System.Globalization;
using System.Text;
using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>
/// Runs all machines of a small call centre together in virtual time, from one seed: messages are delayed, reordered, repeated and lost, hosts crash and
/// come back with what the store has, the store fails, edges die, people hang up at any instant. The same seed always plays the same.
/// </summary>
internal sealed class Simulator
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 30, TimeSpan.Zero);
    private static readonly TimeSpan LongestHealing = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMilliseconds(250);

    private readonly PriorityQueue<Action, (long Ticks, long Order)> _agenda = new();
    private readonly List<(DateTimeOffset At, string Who, object? What)> _history = [];
    private long _order;

    public Simulator(int seed, Plant plant = Plant.None)
    {
        Scenario = new Scenario(seed);
        Plant = plant;
        Random = new Random(seed);
        Routing = new Routing(Scenario.Options);
        AgentRouting = Plant == Plant.AgentAcceptsTwo ? new Routing(Scenario.WithDoubleCapacity) : Routing;
        QueueRouting = Plant switch
        {
            Plant.StepsBeginAtOnce => new Routing(Scenario.WithHastySteps),
            Plant.StepsNeverWiden => new Routing(Scenario.WithoutFurtherQueues),
            Plant.QueueNeverCloses => new Routing(Scenario.WithoutClosing),
            Plant.StickinessForgotten => new Routing(Scenario.WithoutStickiness),
            Plant.StepsNeverBegin => new Routing(Scenario.WithFirstStepOnly),
            _ => Routing,
        };
        Store = new SimulatedStore(this);
        Grains = new SimulatedGrains(this);
        Invariants = new Invariants(this);
        for (var i = 0; i < Scenario.Edges; i++) Edges.Add(new SimulatedEdge(this, "e" + i));
    }

    public Scenario Scenario { get; }

    public Plant Plant { get; }

    public Random Random { get; }

    public IRoutingConfiguration Routing { get; }

    /// <summary>What agents' machines are told; differs only for a planted bug.</summary>
    public IRoutingConfiguration AgentRouting { get; }

    /// <summary>What queues' machines are told; differs only for a planted bug.</summary>
    public IRoutingConfiguration QueueRouting { get; }

    public SimulatedStore Store { get; }

    public SimulatedGrains Grains { get; }

    public Invariants Invariants { get; }

    public List<SimulatedEdge> Edges { get; } = [];

    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>Faults are over: nothing is lost or crashes any more.</summary>
    public bool Healed { get; private set; }

    public long Messages { get; private set; }

    public int CallsOffered { get; set; }

    /// <summary>Call detail records written, repeats included.</summary>
    public List<CallRecord> Records { get; } = [];

    /// <summary>Ids of the ticket events that an outbox has taken over.</summary>
    public HashSet<string> Announced { get; } = [];

    /// <summary>Plays the seed to its end.</summary>
    /// <exception cref="InvariantBrokenException">An invariant did not hold.</exception>
    public void Run()
    {
        Begin();
        var end = Scenario.Span + LongestHealing;
        while (_agenda.TryDequeue(out var act, out var when))
        {
            Now = new DateTimeOffset(when.Ticks, TimeSpan.Zero);
            act();
            Invariants.CheckStep();
            if (Healed && Invariants.AllReleased) break;
            if (Now - Start > end) throw Broken("all released", "20 minutes after the last fault something is still held: " + Invariants.WhatIsHeld());
        }

        Invariants.CheckEnd();
    }

    public void At(DateTimeOffset when, Action act) => _agenda.Enqueue(act, (Math.Max(when.UtcTicks, Now.UtcTicks), _order++));

    public void After(TimeSpan delay, Action act) => At(Now + delay, act);

    /// <summary>Sends something over the network: late, perhaps twice, perhaps never.</summary>
    public void Send(string to, object? what, Action arrive)
    {
        Messages++;
        if (!Healed && Chance(Scenario.Losses))
        {
            Note("lost to " + to, what);
            return;
        }

        After(Delay(), Arrive);
        if (Chance(Scenario.Duplicates)) After(Delay() * 3, Arrive);

        void Arrive()
        {
            Note(to, what);
            arrive();
        }
    }

    public bool Chance(double probability) => probability > 0 && Random.NextDouble() < probability;

    public TimeSpan Between(double fromSeconds, double toSeconds) => TimeSpan.FromSeconds(fromSeconds + (Random.NextDouble() * (toSeconds - fromSeconds)));

    public void Note(string who, object? what) => _history.Add((Now, who, what));

    public InvariantBrokenException Broken(string invariant, string how) => new(Scenario.Seed, invariant, how, History());

    // Mostly quick, sometimes slow.
    private TimeSpan Delay() => TimeSpan.FromMilliseconds(1) + (Scenario.LongestDelay * (Random.Next(10) == 0 ? Random.NextDouble() : Random.NextDouble() * 0.1));

    private void Begin()
    {
        foreach (var edge in Edges) edge.Begin();
        for (var i = 0; i < Scenario.Calls; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"c{i}");
            At(Start + Between(0, Scenario.Span.TotalSeconds * 0.8), () =>
            {
                if (Chance(0.1)) After(Between(0.001, 40), () => Grains.HangUp(id));
                if (Chance(0.25))
                {
                    Grains.Place(id, MakePlaced(id));
                    CallsOffered++;
                    return;
                }

                var edge = Edges[Random.Next(Edges.Count)];
                if (!edge.Alive) return;
                edge.NewCall(id);
                CallsOffered++;
            });
        }

        foreach (var agent in Scenario.Options.Agents.Keys)
        {
            for (var i = Random.Next(3); i > 0; i--) At(Start + Between(0, Scenario.Span.TotalSeconds), () => Grains.ChangePresence(agent));
            if (Random.Next(3) == 0) LogOutForAWhile(agent);
            At(Start + Scenario.Span, () => Grains.Become(Presence.Available, agent));
        }

        if (Random.Next(3) == 0)
        {
            var closes = Start + Between(0, Scenario.Span.TotalSeconds);
            At(closes, () => Grains.Close("one", closed: true));
            At(closes + Between(0.1, 20), () => Grains.Close("one", closed: false));
        }

        if (Scenario.Faults.HasFlag(Faults.Crashes))
        {
            for (var i = Random.Next(1, 4); i > 0; i--) At(Start + Between(1, Scenario.Span.TotalSeconds), Grains.CrashSilo);
        }

        if (Scenario.Faults.HasFlag(Faults.StoreFailures) && Random.Next(2) == 0)
        {
            var from = Start + Between(0, Scenario.Span.TotalSeconds * 0.8);
            At(from, () => Store.Fails = true);
            At(from + Between(0.1, 15), () => Store.Fails = false);
        }

        if (Scenario.Faults.HasFlag(Faults.EdgeDeaths) && Random.Next(2) == 0)
        {
            At(Start + Between(5, Scenario.Span.TotalSeconds), () => Edges[Random.Next(Edges.Count)].Die());
        }

        At(Start + Scenario.Span + TimeSpan.FromSeconds(1), () =>
        {
            Healed = true;
            Store.Fails = false;
            Note("healed", null);
        });
        After(CheckEvery, Check);
        WakeCallbacks();
    }

    /// <summary>What each silo does once a minute.</summary>
    private void WakeCallbacks()
    {
        if (Plant != Plant.CallbacksAsleep) foreach (var queue in Scenario.Options.Queues.Keys) Grains.WakeCallbacks(queue);
        After(TimeSpan.FromMinutes(1), WakeCallbacks);
    }

    /// <summary>A call from our side: to somebody who is led to a destination, or of an agent.</summary>
    private CallOffer MakePlaced(string id)
    {
        var agent = Chance(0.4) ? "a" + Random.Next(Scenario.Options.Agents.Count) : null;
        return new CallOffer
        {
            Placed = new PlacedCall { To = "tel:+1777", Agent = agent, CallerId = "100", Timeout = Between(1, 20) },
            Caller = "+1777" + id,
            Dialled = "+1777",
            Destination = agent is null ? Scenario.Destinations[Random.Next(Scenario.Destinations.Length)] : "agent:" + agent,
            ReceivedAt = Now,
            SipCallId = "",
        };
    }

    /// <summary>First away, so that callers who need the agent wait, then gone: the others are for them at once (PROTOCOL rule 12).</summary>
    private void LogOutForAWhile(string agent)
    {
        var away = Start + Between(0, Scenario.Span.TotalSeconds / 2);
        var gone = away + Between(1, 15);
        At(away, () => Grains.Become(Presence.Away, agent));
        At(gone, () => Grains.Become(Presence.Offline, agent));
        At(gone + Between(2, 20), () => Grains.Become(Presence.Available, agent));
    }

    private void Check()
    {
        Invariants.CheckSample();
        After(CheckEvery, Check);
    }

    private string History()
    {
        var text = new StringBuilder();
        foreach (var (at, who, what) in _history) text.Append(CultureInfo.InvariantCulture, $"{(at - Start).TotalSeconds,9:F3} {who} {Describe(what)}").AppendLine();
        return text.ToString();
    }

    private static string Describe(object? what) => what switch
    {
        null => "",
        CallCommands commands => $"commands {commands.Incarnation % 1_000_000_000}: {string.Join(", ", commands.Commands.Select(command => command.ToString()))}",
        EdgeEvents events => $"events from {events.FirstSequence}, acknowledges {events.LastCommand} of {events.Incarnation % 1_000_000_000}: {string.Join(", ", events.Events.Select(happened => happened.ToString()))}",
        _ => what.ToString()!,
    };
}
