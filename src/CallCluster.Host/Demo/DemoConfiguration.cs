using System.Text.Json.Nodes;

namespace CallCluster.Host.Demo;

/// <summary>The demo's configuration file.</summary>
internal static class DemoConfiguration
{
    public static JsonObject For(DemoDirectory directory, string carolsPhone) => new()
    {
        ["CallCluster"] = new JsonObject
        {
            ["Cluster"] = new JsonObject { ["Clustering"] = "Localhost", ["SiloPort"] = 0 },
            ["Sip"] = new JsonObject { ["Listen"] = new JsonArray("udp:127.0.0.1:0"), ["Domain"] = "demo.callcluster.local" },
            ["Media"] = new JsonObject { ["Address"] = "127.0.0.1", ["PortMin"] = 0, ["PortMax"] = 0 },
            ["Prompts"] = new JsonObject { ["Directory"] = directory.Prompts },
            ["Trunks"] = new JsonObject { ["carrier"] = new JsonObject { ["AllowFrom"] = new JsonArray("127.0.0.0/8"), ["MaxChannels"] = 10 } },
            ["Numbers"] = new JsonObject { ["+15550100"] = "flow:main", ["+15550102"] = "queue:support" },
            ["Flows"] = new JsonObject
            {
                ["main"] = new JsonObject { ["Greeting"] = "welcome", ["Menu"] = new JsonObject { ["1#"] = "hangup:480", ["2#"] = "queue:support" }, ["Default"] = "queue:support" },
            },
            ["Queues"] = new JsonObject
            {
                ["support"] = new JsonObject
                {
                    ["Steps"] = new JsonArray(new JsonObject { ["Needs"] = new JsonObject { ["support"] = 3 } }),
                    ["Music"] = "music",
                    ["RingTimeout"] = "00:00:15",
                    ["WrapUp"] = "00:00:01",
                    ["Overflow"] = new JsonArray(new JsonObject { ["When"] = "NoAgents", ["To"] = "voicemail:support" }),
                },
            },
            ["Agents"] = new JsonObject
            {
                ["alice"] = new JsonObject
                {
                    ["Username"] = "alice",
                    ["PasswordFile"] = directory.AlicesPasswordFile,
                    ["Skills"] = new JsonObject { ["support"] = 5 },
                    ["Queues"] = new JsonArray("support"),
                },
                ["carol"] = new JsonObject { ["Contact"] = carolsPhone, ["Skills"] = new JsonObject { ["support"] = 1 }, ["Queues"] = new JsonArray("support") },
            },
            ["Voicemail"] = new JsonObject { ["Directory"] = directory.Voicemail, ["Boxes"] = new JsonObject { ["support"] = new JsonObject { ["Greeting"] = "voicemail" } } },
            ["Records"] = new JsonObject { ["File"] = directory.Records },
            ["Api"] = new JsonObject { ["Listen"] = "http://127.0.0.1:0" },
            // The timeline is what is to be seen.
            ["Log"] = new JsonObject { ["Level"] = "None" },
        },
    };
}
