using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>A redis-server of the test's own, without persistence.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private RedisServer(ChildProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>As Cluster:Redis takes it.</summary>
    public string Address => $"127.0.0.1:{Port}";

    public static async Task<RedisServer> Start(ScratchDirectory scratch)
    {
        var port = FreePorts.One();
        var process = ChildProcess.Start(DebianProgram.Find("redis-server", "redis-server"),
            ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", scratch.Root], scratch.Root);
        await process.WaitForLine("Ready to accept connections", Eventually.Patience);
        return new RedisServer(process, port);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
