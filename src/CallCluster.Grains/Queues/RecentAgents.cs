using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Queues;

/// <summary>Which agent of the queue talked last with the caller of a number. Bounded: those heard of first are forgotten first. Agents keep their own callers too and tell a queue that begins.</summary>
public sealed class RecentAgents
{
    public const int Limit = 10_000;

    private readonly Dictionary<string, Talk> _byNumber = [];
    private readonly Queue<(string Number, Talk Talk)> _byArrival = new();

    public int Count => _byNumber.Count;

    /// <summary>Of what is told in any order the latest holds; a number that hides who called is of no use.</summary>
    public void Remember(string number, string agentId, DateTimeOffset at)
    {
        if (!OutboundTarget.IsNumber(number) || (_byNumber.TryGetValue(number, out var known) && known.At >= at)) return;
        var talk = new Talk(agentId, at);
        _byNumber[number] = talk;
        _byArrival.Enqueue((number, talk));
        while (_byArrival.Count > Limit) Forget();
    }

    public string? Of(string number) => _byNumber.GetValueOrDefault(number)?.AgentId;

    private void Forget()
    {
        var (number, talk) = _byArrival.Dequeue();
        if (ReferenceEquals(_byNumber.GetValueOrDefault(number), talk)) _byNumber.Remove(number);
    }

    private sealed record Talk(string AgentId, DateTimeOffset At);
}
