namespace CallCluster.EndToEnd.Tests.Traffic;

/// <summary>
/// Calls that end in every state, by chance and the same for the same seed: callers who give up while it rings, in the greeting, in the queue, while they talk or leave
/// a message; agents who answer, refuse, do not answer, or hang up first. They want the configuration <see cref="Configuration"/>.
/// </summary>
public sealed class RandomCalls(int seed)
{
    /// <summary>Numbers, flows, queues and boxes for these calls, as a merge patch; agents must be in the queue "many".</summary>
    public const string Configuration = """
        { "CallCluster": {
            "Numbers": { "7000": "queue:many", "7001": "flow:greeting", "7002": "queue:nobody", "7003": "voicemail:box", "7004": "hangup:603", "7005": "queue:short" },
            "Flows": { "greeting": { "Greeting": "welcome", "Menu": { "1#": "queue:many" }, "Retries": 0, "Timeout": "00:00:01", "Default": "queue:many" } },
            "Queues": { "nobody": { "Music": "hold", "Overflow": [ { "When": "Waited", "Over": "00:00:02", "To": "voicemail:box" } ] },
                        "short": { "Music": "hold", "Overflow": [ { "When": "Waited", "Over": "00:00:01", "To": "queue:many" } ] } },
            "Voicemail": { "Boxes": { "box": { "MaxLength": "00:00:03" } } } } }
        """;

    private static readonly string[] Numbers = ["7000", "7000", "7000", "7001", "7001", "7002", "7003", "7004", "7005"];

    public CallPlan Plan(int number)
    {
        var random = new Random(HashCode(number));
        return new CallPlan
        {
            Number = Numbers[random.Next(Numbers.Length)],
            // Most leave soon, a few stay; each call ends by the eighth second.
            GivesUpAfter = TimeSpan.FromSeconds(random.Next(2) == 0 ? 8 : random.NextDouble() * 4),
            HangsUpAfter = random.Next(3) == 0 ? TimeSpan.FromSeconds(random.NextDouble() * 3) : null,
        };
    }

    public AgentPlan Agent(int number)
    {
        var random = new Random(HashCode(-1 - number));
        return new AgentPlan
        {
            Rejects = random.Next(20) == 0 ? 486 : null,
            AnswersAfter = random.Next(20) == 0 ? null : TimeSpan.FromSeconds(random.NextDouble()),
            HangsUpAfter = random.Next(4) == 0 ? TimeSpan.FromSeconds(random.NextDouble() * 3) : null,
        };
    }

    private int HashCode(int number) => unchecked((seed * 397) ^ (number * 7919));
}
