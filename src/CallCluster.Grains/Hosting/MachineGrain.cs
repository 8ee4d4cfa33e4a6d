using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Callbacks;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Closures;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Tickets;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Machines;
using Microsoft.Extensions.Logging;

namespace CallCluster.Grains.Hosting;

/// <summary>
/// The thin host of a pure machine: gives it messages and the time, carries out its effects in order, wakes it when something is due.
/// Nothing here awaits another grain (PROTOCOL rule 1).
/// </summary>
public abstract partial class MachineGrain(GrainServices services) : Grain
{
    private IGrainTimer? _timer;
    private string? _key;
    private DateTimeOffset? _armedFor;

    protected GrainServices Services { get; } = services;

    protected Effects Effects { get; } = new();

    protected string Key => _key ??= this.GetPrimaryKeyString();

    protected DateTimeOffset Now => Services.Now;

    /// <summary>When the machine wants to be woken.</summary>
    protected abstract DateTimeOffset? NextDue { get; }

    /// <summary>Lets the machine do what is due.</summary>
    protected abstract void OnDue(DateTimeOffset now);

    /// <summary>Ends a turn: carries out what the machine wants and arms the timer.</summary>
    protected virtual Task EndTurn()
    {
        Send();
        Arm();
        return Task.CompletedTask;
    }

    /// <summary>Sends the effects collected in this turn, in order. One that fails is counted and does not stop the others.</summary>
    protected void Send()
    {
        var list = Effects.List;
        for (var i = 0; i < list.Count; i++)
        {
            try
            {
                Send(list[i]);
            }
            catch (Exception exception)
            {
                Services.Metrics.EffectFailures.Add(1, new KeyValuePair<string, object?>("kind", list[i].Kind.ToString()));
                LogEffectFailed(Services.Logger, exception, list[i].Kind, list[i].Key, this.GetGrainId());
            }
        }

        Effects.Reset();
    }

    /// <summary>Commands, probes and records, which only the call's and the edge's hosts know how to carry out.</summary>
    protected virtual void SendOwn(in Effect effect) => throw new NotSupportedException($"{GetType().Name} cannot carry out {effect.Kind}.");

    protected void Arm()
    {
        var due = NextDue;
        if (due == _armedFor) return;
        _armedFor = due;
        if (due is null)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // One millisecond more than what is left, so that the timer, which counts whole ones, never comes too early.
        var wait = due.Value - Now + TimeSpan.FromMilliseconds(1);
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        if (_timer is null) _timer = this.RegisterGrainTimer(static (grain, _) => grain.Due(), this, new GrainTimerCreationOptions(wait, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        else _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The timer's turn.</summary>
    protected virtual Task Due()
    {
        _armedFor = null;
        OnDue(Now);
        return EndTurn();
    }

    private void Send(in Effect effect)
    {
        _ = effect.Kind switch
        {
            EffectKind.ToCall => Services.Calls[effect.Key].Post((CallMessage)effect.Payload!),
            EffectKind.ToQueue => Services.Queues[effect.Key].Post((QueueMessage)effect.Payload!),
            EffectKind.ToAgent => Services.Agents[effect.Key].Post((AgentMessage)effect.Payload!),
            EffectKind.ToTrunk => Services.Trunks[effect.Key].Post((TrunkMessage)effect.Payload!),
            EffectKind.ToEdge => Services.Edges[effect.Key].Post((EdgeMessage)effect.Payload!),
            EffectKind.ToTicket => Services.Tickets[effect.Key].Post((TicketMessage)effect.Payload!),
            EffectKind.ToCallbacks => Services.Callbacks[effect.Key].Post((CallbacksMessage)effect.Payload!),
            EffectKind.ToClosure => Services.Closures[effect.Key].Post((ClosureMessage)effect.Payload!),
            _ => SendOwnCompleted(effect),
        };
    }

    private Task SendOwnCompleted(in Effect effect)
    {
        SendOwn(effect);
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Warning, "Could not send {Kind} to {Key} from {Grain}; the receiver asks or the sender repeats. Check the cluster's network if this goes on.")]
    private static partial void LogEffectFailed(ILogger logger, Exception exception, EffectKind kind, string key, GrainId grain);
}
