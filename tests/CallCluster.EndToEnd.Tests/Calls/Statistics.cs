using System.Text.Json.Nodes;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.Grains.Tests.Simulation;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>What queues and agents have counted, against the call detail records.</summary>
internal static class Statistics
{
    /// <summary>Every queue and agent of the records has counted just what they say.</summary>
    public static async Task AgreeWith(IEnumerable<JsonNode> records, CallClusterProcess server)
    {
        var tally = new RecordTally();
        foreach (var record in records) tally.Add(record["steps"]!.AsArray().Select(step => (string)step!["what"]!));
        Assert.NotEmpty(tally.Queues);
        foreach (var (name, recorded) in tally.Queues)
        {
            var shown = await server.Get($"queues/{name}");
            Assert.Equal(recorded, new RecordTally.QueueCount { Offered = Count(shown, "offered"), Answered = Count(shown, "answered"), Abandoned = Count(shown, "abandoned"), Overflowed = Count(shown, "overflowed"), Moved = Count(shown, "moved") });
        }
        foreach (var (id, recorded) in tally.Agents)
        {
            var shown = (await server.Get($"agents/{id}"))["statistics"]!;
            Assert.Equal(recorded, new RecordTally.AgentCount { Offered = Count(shown, "offered"), Answered = Count(shown, "answered"), Refused = Count(shown, "refused"), NotAnswered = Count(shown, "notAnswered") });
        }

        static long Count(JsonNode shown, string name) => (long)shown[name]!;
    }
}
