using System.Text.RegularExpressions;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>Counts from the steps of call detail records alone what queues and agents must have counted of the same calls.</summary>
public sealed partial class RecordTally
{
    private readonly HashSet<string> _ringing = [];
    private readonly HashSet<string> _calledBack = [];
    private readonly HashSet<string> _supervisors = [];
    private string? _line;
    private string _away = "";
    private bool _isPromised;

    public SortedDictionary<string, QueueCount> Queues { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, AgentCount> Agents { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds one call.</summary>
    /// <param name="steps">What its record says, in order.</param>
    public void Add(IEnumerable<string> steps)
    {
        (_line, _away, _isPromised) = (null, "", false);
        _ringing.Clear();
        _calledBack.Clear();
        _supervisors.Clear();
        foreach (var step in steps) Take(step);
    }

    private void Take(string step)
    {
        if (Is(Queued, step) is { } queue)
        {
            // Whoever is to be called back and was out of the line for a while was counted before.
            if (_away != queue) Count(queue).Offered++;
            (_line, _away) = (queue, "");
            _ringing.Clear();
        }
        else if (step == "to be called back") _isPromised = true;
        else if (Is(Overflowed, step) is { } overflowed) Leave(count => count.Overflowed++, overflowed);
        else if (Is(Moved, step) is { } moved) Leave(count => count.Moved++, moved);
        else if (step.StartsWith("called back again in", StringComparison.Ordinal) || step == "waits until callbacks are made") (_away, _line) = (_line ?? "", null);
        else if (step == "caller hung up" && _line is { } left) Leave(count => count.Abandoned++, left);
        else TakeAgents(step);
    }

    private void TakeAgents(string step)
    {
        if (Is(RungToSupervise, step) is { } supervisor)
        {
            Agent(supervisor).Offered++;
            _supervisors.Add(supervisor);
        }
        else if (Is(CalledBack, step) is { } free)
        {
            Agent(free).Offered++;
            _calledBack.Add(free);
        }
        else if (Is(Rung, step) is { } rung)
        {
            if (!_calledBack.Remove(rung)) Agent(rung).Offered++;
            _ringing.Add(rung);
        }
        else if (Is(Connected, step) is { } who)
        {
            if (_line is { } line) Leave(count => count.Answered++, line);
            if (_ringing.Contains(who)) Agent(who).Answered++;
            _ringing.Clear();
        }
        else if (Is(Supervises, step) is { } joined && _supervisors.Remove(joined)) Agent(joined).Answered++;
        else if (Is(Refused, step) is { } refused) Fail(count => count.Refused++, refused);
        else if (Is(NotAnswered, step) is { } silent) Fail(count => count.NotAnswered++, silent);
        else if (Is(Redirects, step) is { } forwards)
        {
            Fail(count => count.Refused++, forwards);
            if (_ringing.Count == 0 && !_isPromised && !step.EndsWith($" to queue:{_line}", StringComparison.Ordinal)) _line = null;
        }
        else if (Is(Lapsed, step) is { } lapsed) Fail(count => count.Offered--, lapsed);
    }

    private void Fail(Action<AgentCount> count, string agent)
    {
        count(Agent(agent));
        _ringing.Remove(agent);
        _supervisors.Remove(agent);
    }

    private void Leave(Action<QueueCount> count, string queue)
    {
        count(Count(queue));
        _line = null;
    }

    private QueueCount Count(string queue) => Queues.TryGetValue(queue, out var count) ? count : Queues[queue] = new QueueCount();

    private AgentCount Agent(string agent) => Agents.TryGetValue(agent, out var count) ? count : Agents[agent] = new AgentCount();

    private static string? Is(Regex what, string step) => what.Match(step) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("^queued in (\\w+)$")]
    private static partial Regex Queued { get; }

    [GeneratedRegex("^overflow of (\\w+) by ")]
    private static partial Regex Overflowed { get; }

    [GeneratedRegex("^moved from (\\w+) to ")]
    private static partial Regex Moved { get; }

    [GeneratedRegex("^ringing (\\w+) to supervise")]
    private static partial Regex RungToSupervise { get; }

    [GeneratedRegex("^(\\w+) is free to call back$")]
    private static partial Regex CalledBack { get; }

    [GeneratedRegex("^ringing (\\w+)$")]
    private static partial Regex Rung { get; }

    [GeneratedRegex("^connected with (.+)$")]
    private static partial Regex Connected { get; }

    [GeneratedRegex("^(\\w+) supervises: ")]
    private static partial Regex Supervises { get; }

    [GeneratedRegex("^(\\w+) (?:is busy|refused|did not come to supervise: (?:Busy|Rejected))$")]
    private static partial Regex Refused { get; }

    [GeneratedRegex("^(\\w+) (?:did not answer|could not be called|did not come to supervise)")]
    private static partial Regex NotAnswered { get; }

    [GeneratedRegex("^(\\w+)'s phone redirects to ")]
    private static partial Regex Redirects { get; }

    [GeneratedRegex("^(\\w+) was reserved no longer$")]
    private static partial Regex Lapsed { get; }

    /// <summary>Of a queue.</summary>
    public sealed record QueueCount
    {
        public long Offered { get; set; }

        public long Answered { get; set; }

        public long Abandoned { get; set; }

        public long Overflowed { get; set; }

        public long Moved { get; set; }
    }

    /// <summary>Of an agent.</summary>
    public sealed record AgentCount
    {
        public long Offered { get; set; }

        public long Answered { get; set; }

        public long Refused { get; set; }

        public long NotAnswered { get; set; }
    }
}
