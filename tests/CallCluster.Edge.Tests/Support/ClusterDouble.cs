using System.Reflection;
using System.Threading.Channels;
using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Boxes;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Tickets;

namespace CallCluster.Edge.Tests.Support;

/// <summary>The cluster as an edge sees it: grains that take everything and keep what they were told; object references are the objects.</summary>
public class ClusterDouble : DispatchProxy
{
    /// <summary>What edges told CallGrains.</summary>
    public Channel<(string CallId, CallEvent Event)> Events { get; } = Channel.CreateUnbounded<(string, CallEvent)>();

    /// <summary>What AgentGrains were asked to bind.</summary>
    public Channel<RegistrationRequest> Registrations { get; } = Channel.CreateUnbounded<RegistrationRequest>();

    /// <summary>Which legs CallGrains were asked to keep, or to let go.</summary>
    public Channel<(string CallId, int Leg, string Agent, bool Keep)> Kept { get; } = Channel.CreateUnbounded<(string, int, string, bool)>();

    /// <summary>CallGrains say that it is under way until it is done.</summary>
    public Task LegsAreKept { get; set; } = Task.CompletedTask;

    /// <summary>BoxGrains answer when it is done.</summary>
    public TaskCompletionSource BoxesAnswer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What TicketGrains were given to keep, the last of each.</summary>
    public Dictionary<string, Ticket> Tickets { get; } = [];

    /// <summary>TicketGrains have a store that answers.</summary>
    public bool TicketsAreStored { get; set; } = true;

    /// <summary>Where the edge is that carries all calls that are not here; null: there is none.</summary>
    public string? OtherEdge { get; set; }

    /// <summary>The double behind a factory, and that factory.</summary>
    public static (ClusterDouble Cluster, IGrainFactory Factory) New()
    {
        var factory = Create<IGrainFactory, ClusterDouble>();
        return ((ClusterDouble)(object)factory, factory);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(IGrainFactory.GetGrain) => Grain(targetMethod.GetGenericArguments()[0], (string)args![0]!),
        nameof(IGrainFactory.CreateObjectReference) => args![0],
        _ => throw new NotSupportedException(targetMethod.Name),
    };

    private object Grain(Type type, string key) => type.Name switch
    {
        nameof(ICallGrain) => new CallDouble(this, key),
        nameof(IEdgeGrain) => new EdgeDouble(this),
        nameof(IAgentGrain) => new AgentDouble(this),
        nameof(IBoxGrain) => new BoxDouble(this, key),
        nameof(ITicketGrain) => new TicketDouble(this),
        _ => throw new NotSupportedException(type.Name),
    };

    private sealed class CallDouble(ClusterDouble cluster, string id) : ICallGrain
    {
        public Task Deliver(EdgeEvents events)
        {
            foreach (var callEvent in events.Events) cluster.Events.Writer.TryWrite((id, callEvent));
            return Task.CompletedTask;
        }

        public Task Post(CallMessage message) => Task.CompletedTask;

        public Task<SuperviseResult> Supervise(string supervisor, SupervisionMode mode) => throw new NotSupportedException();

        public Task<SuperviseResult> EndSupervision() => throw new NotSupportedException();

        public Task<WaitingChangeResult> ChangeWaiting(string queue, WaitingChange change) => throw new NotSupportedException();

        public Task<ConversationChangeResult> ChangeConversation(string? agent, ConversationChange change) => throw new NotSupportedException();

        public Task<CallView> Place(CallOffer offer) => throw new NotSupportedException();

        public Task<bool> HangUp() => throw new NotSupportedException();

        public Task<bool> KeepLeg(int leg, string agent, bool keep)
        {
            cluster.Kept.Writer.TryWrite((id, leg, agent, keep));
            return Task.FromResult(keep && !cluster.LegsAreKept.IsCompleted);
        }

        public Task<CallView?> View() => Task.FromResult(cluster.OtherEdge is null ? null : new CallView { Id = id, State = CallState.Connected, Caller = "", Dialled = "", Edge = "edge-2", OfferedAt = default, Destination = "" });
    }

    private sealed class EdgeDouble(ClusterDouble cluster) : IEdgeGrain
    {
        public Task<TimeSpan> Heartbeat(EdgeHeartbeat heartbeat) => Task.FromResult(TimeSpan.FromMinutes(1));

        public Task Post(EdgeMessage message) => Task.CompletedTask;

        public Task<EdgeView?> View() => Task.FromResult(cluster.OtherEdge is { } uri ? new EdgeView("edge-2", EdgeStatus.Active, 1, 1, 1, [], default, uri) : null);

        public Task<string[]> Calls(string after, int limit) => Task.FromResult(Array.Empty<string>());
    }

    private sealed class AgentDouble(ClusterDouble cluster) : IAgentGrain
    {
        public Task Post(AgentMessage message) => Task.CompletedTask;

        public Task<RegistrationResult> Register(RegistrationRequest request)
        {
            cluster.Registrations.Writer.TryWrite(request);
            return Task.FromResult(new RegistrationResult(RegistrationStatus.Accepted, []));
        }

        public Task<AgentView?> ExtendWrapUp(TimeSpan time) => throw new NotSupportedException();

        public Task<AgentView> SetPresence(Presence presence, string? reason) => throw new NotSupportedException();

        public Task<AgentView> View() => throw new NotSupportedException();
    }

    private sealed class TicketDouble(ClusterDouble cluster) : ITicketGrain
    {
        public Task Post(TicketMessage message) => throw new NotSupportedException();

        public Task<bool> Keep(Ticket ticket)
        {
            if (cluster.TicketsAreStored) cluster.Tickets[ticket.Id] = ticket;
            return Task.FromResult(cluster.TicketsAreStored);
        }

        public Task<TicketChange> Change(TicketStatus status, string? by) => throw new NotSupportedException();

        public Task<Ticket?> View() => throw new NotSupportedException();
    }

    private sealed class BoxDouble(ClusterDouble cluster, string box) : IBoxGrain
    {
        public async Task<BoxSummary> Watch(string edgeId, IEdgeObserver edge)
        {
            await cluster.BoxesAnswer.Task;
            return new BoxSummary(box, 0, 0, 1);
        }

        public Task Post(BoxMessage message) => Task.CompletedTask;
    }
}
