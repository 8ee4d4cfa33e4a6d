using System.Text.Json;
using System.Text.Json.Nodes;
using CallCluster.EndToEnd.Tests.Peers;

namespace CallCluster.EndToEnd.Tests.Processes;

/// <summary>
/// A configuration file for one callcluster process on free ports: a trunk "carrier" that 127.0.0.1 belongs to, records and voicemail in the test's directory. Tests
/// add to <see cref="Section"/> what they are about.
/// </summary>
public sealed class CallClusterConfiguration
{
    private readonly ScratchDirectory _scratch;
    private readonly JsonObject _root;
    private readonly string _name;

    public CallClusterConfiguration(ScratchDirectory scratch, string name = "callcluster")
    {
        (_scratch, _name) = (scratch, name);
        SipPort = FreePorts.One();
        ApiPort = FreePorts.One();
        _root = new JsonObject
        {
            ["Cluster"] = new JsonObject { ["Clustering"] = "Localhost", ["NodeId"] = name },
            ["Sip"] = new JsonObject { ["Listen"] = new JsonArray($"udp:127.0.0.1:{SipPort}", $"tcp:127.0.0.1:{SipPort}"), ["Domain"] = "callcluster.local" },
            ["Media"] = new JsonObject { ["Address"] = "127.0.0.1", ["PortMin"] = 0, ["PortMax"] = 0, ["Codecs"] = new JsonArray("PCMU", "PCMA", "G722") },
            ["Trunks"] = new JsonObject { ["carrier"] = new JsonObject { ["AllowFrom"] = new JsonArray("127.0.0.1/32") } },
            ["Voicemail"] = new JsonObject { ["Directory"] = VoicemailDirectory = scratch.File("voicemail") },
            ["Records"] = new JsonObject { ["File"] = scratch.File("calls.jsonl") },
            ["Api"] = new JsonObject { ["Listen"] = $"http://127.0.0.1:{ApiPort}" },
        };
    }

    public int SipPort { get; }

    public int ApiPort { get; }

    public string VoicemailDirectory { get; }

    /// <summary>The call detail records written so far.</summary>
    public JsonNode[] Records()
    {
        var path = _scratch.File("calls.jsonl");
        if (!File.Exists(path)) return [];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    /// <summary>A section such as "Queues", made when it is not there yet.</summary>
    public JsonObject Section(string name)
    {
        if (_root[name] is not JsonObject section) _root[name] = section = [];
        return section;
    }

    /// <summary>Sets a section's key from JSON text; returns this.</summary>
    public CallClusterConfiguration With(string section, string key, string json)
    {
        Section(section)[key] = JsonNode.Parse(json);
        return this;
    }

    /// <summary>Sets every key of every section of a configuration text; returns this.</summary>
    public CallClusterConfiguration WithAll(string json)
    {
        foreach (var (section, keys) in JsonNode.Parse(json)!["CallCluster"]!.AsObject())
            foreach (var (key, value) in keys!.AsObject())
                Section(section)[key] = value!.DeepClone();
        return this;
    }

    /// <summary>Numbers <paramref name="count"/> agents prefix1, prefix2 … at 127.0.0.1:<paramref name="port"/> who serve the queue.</summary>
    public CallClusterConfiguration WithAgents(string prefix, int count, int port, string queue)
    {
        for (var i = 1; i <= count; i++)
            With("Agents", $"{prefix}{i}", $$"""{ "Contact": "sip:{{prefix}}{{i}}@127.0.0.1:{{port}}", "Queues": ["{{queue}}"] }""");
        return this;
    }

    /// <summary>An agent whose phone registers with this password.</summary>
    public CallClusterConfiguration WithRegisteringAgent(string id, string password, string queue)
    {
        var file = _scratch.Write($"{id}.secret", password);
        return With("Agents", id, $$"""{ "Username": "{{id}}", "PasswordFile": "{{file}}", "Queues": ["{{queue}}"] }""");
    }

    /// <summary>One process of a cluster over this Redis.</summary>
    public CallClusterConfiguration InCluster(RedisServer redis) => With("Cluster", "Clustering", "\"Redis\"").With("Cluster", "Redis", $"\"{redis.Address}\"")
        .With("Cluster", "ClusterId", "\"apart\"").With("Cluster", "Address", "\"127.0.0.1\"").With("Cluster", "SiloPort", $"{FreePorts.One()}").With("Cluster", "GatewayPort", $"{FreePorts.One()}")
        .With("Cluster", "KeyFile", $"\"{_scratch.Write("cluster.key", "a secret that all edges of this test share")}\"");

    /// <summary>Writes the file and returns its path.</summary>
    public string Write() => _scratch.Write($"{_name}.json", new JsonObject { ["CallCluster"] = _root.DeepClone() }.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
}
