using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Hosting;

namespace CallCluster.Benchmarks.Queues;

/// <summary>
/// A call as queue and agents see one: consents, is answered and ends at once, and the next caller joins the line. It says all that a CallGrain says to them, and nothing to an edge.
/// </summary>
internal sealed class SimulatedCallGrain(GrainServices services, SimulatedArrivals arrivals) : Grain, ICallGrain
{
    public Task Post(CallMessage message)
    {
        switch (message)
        {
            case AgentReserved { Queue: not null } reserved when arrivals.TryAnswer(this.GetPrimaryKeyString()):
                Talk(reserved);
                break;
            case AgentReserved reserved:
                _ = services.Agents[reserved.AgentId].Post(new OfferDeclined(this.GetPrimaryKeyString(), reserved.OfferId));
                break;
            case AgentInquiry inquiry:
                _ = services.Agents[inquiry.AgentId].Post(new AgentReleased(this.GetPrimaryKeyString(), inquiry.OfferId, TimeSpan.Zero));
                break;
        }

        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private void Talk(AgentReserved reserved)
    {
        var call = this.GetPrimaryKeyString();
        var version = services.Now.UtcTicks;
        var agent = services.Agents[reserved.AgentId];
        var queue = services.Queues[reserved.Queue!];
        _ = agent.Post(new OfferAccepted(call, reserved.OfferId));
        _ = queue.Post(new Offering(call, version, reserved.AgentId, reserved.OfferId));
        _ = agent.Post(new AgentAnswered(call, reserved.OfferId));
        _ = queue.Post(new Leave(call, version + 1, LeaveReason.Answered) { AgentId = reserved.AgentId });
        _ = agent.Post(new AgentReleased(call, reserved.OfferId, TimeSpan.Zero));
        _ = queue.Post(arrivals.Next(services.Now));
    }

    public Task Deliver(EdgeEvents events) => throw new NotSupportedException();

    public Task<SuperviseResult> Supervise(string supervisor, SupervisionMode mode) => throw new NotSupportedException();

    public Task<SuperviseResult> EndSupervision() => throw new NotSupportedException();

    public Task<WaitingChangeResult> ChangeWaiting(string queue, WaitingChange change) => throw new NotSupportedException();

    public Task<ConversationChangeResult> ChangeConversation(string? agent, ConversationChange change) => throw new NotSupportedException();

    public Task<bool> KeepLeg(int leg, string agent, bool keep) => throw new NotSupportedException();

    public Task<CallView> Place(CallOffer offer) => throw new NotSupportedException();

    public Task<bool> HangUp() => throw new NotSupportedException();

    public Task<CallView?> View() => Task.FromResult<CallView?>(null);
}
