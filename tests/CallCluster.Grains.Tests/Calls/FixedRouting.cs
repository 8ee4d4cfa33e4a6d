using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>A configuration for the calls' tests; <see cref="Current"/> may be replaced as a reload does.</summary>
internal sealed class FixedRouting : IRoutingConfiguration
{
    public RoutingOptions Current { get; set; } = new()
    {
        Trunks = new Dictionary<string, TrunkOptions> { ["carrier"] = new() { MaxChannels = 2, Proxy = "sip:carrier.example" }, ["backup"] = new() { Proxy = "sip:backup.example" } },
        Outbound = new OutboundOptions { Allow = ["+1"], Routes = [new() { Prefix = "+1", Trunks = ["carrier", "backup"] }], CallerId = "+15550100" },
        Flows = new Dictionary<string, FlowOptions>
        {
            ["main"] = new()
            {
                Greeting = "welcome",
                Languages = ["en", "es"],
                Retries = 1,
                InvalidPrompt = "invalid",
                Default = "queue:support",
                Menu = new Dictionary<string, string> { ["1#"] = "queue:sales", ["2#"] = "queue:support", ["0#"] = "agent:alice" },
            },
            ["pin"] = new() { Greeting = "pin", Secure = true, Retries = 0, Menu = new Dictionary<string, string> { ["4711"] = "queue:support" } },
            ["circle"] = new() { Default = "flow:circle" },
        },
        Queues = new Dictionary<string, QueueOptions>
        {
            ["support"] = new() { RingTimeout = TimeSpan.FromSeconds(15), WrapUp = TimeSpan.FromSeconds(10) },
            ["sales"] = new() { Music = "hold", Priority = 2, PriorityWeight = TimeSpan.FromMinutes(1) },
        },
        Agents = new Dictionary<string, AgentOptions> { ["alice"] = new(), ["bob"] = new() },
        Voicemail = new VoicemailOptions
        {
            Boxes = new Dictionary<string, VoicemailBoxOptions>
            {
                ["support"] = new() { Greeting = "voicemail", Thanks = "thanks", MaxLength = TimeSpan.FromMinutes(3) },
                ["plain"] = new() { Greeting = null },
            },
        },
    };
}
