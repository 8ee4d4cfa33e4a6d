using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Edges;

/// <summary>
/// An edge's lease, load and calls (PROTOCOL rules 15, 16). Not stored: a new activation learns all from the next full heartbeat, and declares the edge dead
/// only after it has itself been active for the whole lease and a direct probe went unanswered.
/// </summary>
public sealed class EdgeMachine(string edgeId, TimeSpan lease, DateTimeOffset activeSince) : Machine<EdgeMessage>
{
    /// <summary>How long an edge whose lease has lapsed may take to answer a probe.</summary>
    public static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(3);

    /// <summary>How long a dead edge is still shown.</summary>
    public static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);

    private readonly HashSet<string> _calls = [];
    private readonly HashSet<string> _inquirers = [];
    private readonly Queue<Guid> _earlierProcesses = new();
    private EdgeHeartbeat? _last;
    private DateTimeOffset _lastSeenAt = activeSince;
    private DateTimeOffset? _due = activeSince + lease;
    private Phase _phase = Phase.Alive;
    private bool _complete;

    private enum Phase { Alive, Probing, Dead }

    public TimeSpan Lease => lease;

    public override DateTimeOffset? NextDue => _due;

    public override void Handle(EdgeMessage message, DateTimeOffset now, Effects effects)
    {
        if (message is EdgeHeartbeat heartbeat) Heartbeat(heartbeat, now, effects);
        else if (message is EdgeInquiry inquiry) Inquire(inquiry.CallId, effects);
        else if (message is BeginCall begin) BeginCall(begin, effects);
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
        if (_due is not { } due || due > now) return;
        switch (_phase)
        {
            case Phase.Alive:
                _phase = Phase.Probing;
                _due = now + ProbePatience;
                effects.ProbeEdge(edgeId);
                break;
            case Phase.Probing:
                _phase = Phase.Dead;
                _complete = false;
                _due = now + ForgetAfter;
                LoseAll(effects);
                break;
            case Phase.Dead:
                _due = null;
                effects.Clear();
                break;
        }
    }

    /// <summary>What the API shows; null when the edge was never heard of.</summary>
    public EdgeView? View() => _last is { } last
        ? new EdgeView(edgeId, _phase == Phase.Dead ? EdgeStatus.Dead : last.Draining ? EdgeStatus.Draining : EdgeStatus.Active, _calls.Count, last.MaxCalls, last.PortsInUse, last.Listeners, _lastSeenAt, last.Uri)
        : null;

    public string[] Calls(string after, int limit) => [.. _calls.Where(call => string.CompareOrdinal(call, after) > 0).Order(StringComparer.Ordinal).Take(limit)];

    private void Heartbeat(EdgeHeartbeat heartbeat, DateTimeOffset now, Effects effects)
    {
        if (_last is { } last)
        {
            if (heartbeat.ProcessId == last.ProcessId)
            {
                if (heartbeat.Number <= last.Number) return;
            }
            else
            {
                if (_earlierProcesses.Contains(heartbeat.ProcessId)) return;

                // The edge was restarted: what its earlier process carried is gone with it.
                _earlierProcesses.Enqueue(last.ProcessId);
                if (_earlierProcesses.Count > 16) _earlierProcesses.Dequeue();
                LoseAll(effects);
                _complete = false;
            }
        }

        var first = heartbeat.Number <= 1;
        var missedSome = !first && (_last?.ProcessId != heartbeat.ProcessId || heartbeat.Number != _last.Number + 1);
        Apply(heartbeat);
        _complete = heartbeat.Full || first || (_complete && !missedSome);
        if (!_complete) effects.ProbeEdge(edgeId);

        _last = heartbeat;
        _lastSeenAt = now;
        _phase = Phase.Alive;
        _due = now + lease;
        AnswerInquirers(effects);
    }

    private void Apply(EdgeHeartbeat heartbeat)
    {
        if (heartbeat.Full)
        {
            _calls.Clear();
            foreach (var call in heartbeat.Started) _calls.Add(call);
        }
        else
        {
            foreach (var call in heartbeat.Started) _calls.Add(call);
            foreach (var call in heartbeat.Ended) _calls.Remove(call);
        }
    }

    private void Inquire(string callId, Effects effects)
    {
        if (_phase == Phase.Dead)
        {
            effects.ToCall(callId, new CallEdgeLost(edgeId));
            return;
        }

        _inquirers.Add(callId);
        if (_last is not null && _phase == Phase.Alive) AnswerInquirers(effects);
    }

    /// <summary>An edge that was not heard of in this activation yet gets no call: the CallGrain asks again, or another.</summary>
    private void BeginCall(BeginCall begin, Effects effects)
    {
        if (_last is { } last && _phase == Phase.Alive && !last.Draining && (_calls.Count < last.MaxCalls || _calls.Contains(begin.CallId)))
        {
            // Known at once: should the edge die before its next heartbeat, the call is told.
            _calls.Add(begin.CallId);
            effects.BeginAtEdge(begin);
        }
        else effects.ToCall(begin.CallId, new EdgeRefused(edgeId, begin.Epoch));
    }

    private void AnswerInquirers(Effects effects)
    {
        if (_inquirers.Count == 0 || !_complete) return;
        foreach (var call in _inquirers)
        {
            // The edge lives and does not know the call: unknown to all (PROTOCOL rule 14).
            effects.ToCall(call, _calls.Contains(call) ? new CallEdgeAlive(edgeId) : new CallEdgeLost(edgeId));
        }

        _inquirers.Clear();
    }

    private void LoseAll(Effects effects)
    {
        _calls.UnionWith(_inquirers);
        _inquirers.Clear();
        foreach (var call in _calls) effects.ToCall(call, new CallEdgeLost(edgeId));
        _calls.Clear();
    }
}
