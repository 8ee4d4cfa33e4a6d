using System.Text.Json;
using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Events;
using CallCluster.Grains.Agents;
using CallCluster.Grains.Records;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="AgentMachine"/>.</summary>
[KeepAlive]
public sealed class AgentGrain(GrainServices services) : StoredMachineGrain<AgentMachine, AgentMessage, AgentState>(services, "agent"), IAgentGrain
{
    private (Presence, string? Reason, int Calls) _told;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await EnsureLoaded();
        Machine!.Announce(Now, Effects);
        await EndTurn();
    }

    public Task Post(AgentMessage message) => Handle(message);

    public async Task<RegistrationResult> Register(RegistrationRequest request)
    {
        await EnsureLoaded();
        var result = Machine!.Register(request, Now, Effects);
        await EndTurn();
        return result;
    }

    public async Task<AgentView> SetPresence(Presence presence, string? reason)
    {
        await EnsureLoaded();
        Machine!.SetPresence(presence, reason, Now, Effects);
        var view = Machine.View(Now);
        await EndTurn();
        return view;
    }

    public async Task<AgentView?> ExtendWrapUp(TimeSpan time)
    {
        await EnsureLoaded();
        var view = Machine!.ExtendWrapUp(time, Now, Effects) ? Machine.View(Now) : null;
        await EndTurn();
        return view;
    }

    public async Task<AgentView> View()
    {
        await EnsureLoaded();
        return Machine!.View(Now);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (Machine is { } machine) Services.Metrics.Forget(Key, machine);
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    protected override AgentMachine Create(AgentState? stored)
    {
        var machine = new AgentMachine(Key, stored, Services.Routing, Now, known: !Blind);
        Services.Metrics.Watch(Key, machine);
        return machine;
    }

    protected override Task EndTurn()
    {
        if (Services.Outbox.Wants(EventKind.AgentChanged)) TellChange();
        return base.EndTurn();
    }

    private void TellChange()
    {
        if (Machine is not { } agent) return;
        var now = (agent.Presence, agent.State.Reason, agent.State.Reservations.Count);
        if (now == _told) return;
        _told = now;
        _ = Services.Outbox.Add(new ClusterEvent($"{Key}/changed/{Now.UtcTicks}", EventKind.AgentChanged, Key, Now, JsonSerializer.SerializeToUtf8Bytes(agent.View(Now), FactJson.Default.AgentView)) { Agent = Key });
    }

    protected override AgentState? StateOf(AgentMachine machine) => machine.State;
}
