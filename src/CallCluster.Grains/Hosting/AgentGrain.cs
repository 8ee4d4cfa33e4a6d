using CallCluster.Contracts.Agents;
using CallCluster.Grains.Agents;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="AgentMachine"/>.</summary>
[KeepAlive]
public sealed class AgentGrain(GrainServices services) : StoredMachineGrain<AgentMachine, AgentMessage, AgentState>(services, "agent"), IAgentGrain
{
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

    protected override AgentState? StateOf(AgentMachine machine) => machine.State;
}
