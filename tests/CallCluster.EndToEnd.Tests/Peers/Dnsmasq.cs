using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>dnsmasq as the name server of "example", and of nothing else.</summary>
public static class Dnsmasq
{
    /// <summary>Starts one; it answers at <paramref name="port"/> of 127.0.0.1.</summary>
    /// <param name="scratch">Where it runs.</param>
    /// <param name="port">Its port.</param>
    /// <param name="records">Options of dnsmasq: host-record, srv-host, naptr-record.</param>
    public static async Task<ChildProcess> Start(ScratchDirectory scratch, int port, params IEnumerable<string> records)
    {
        string[] options = ["--no-daemon", $"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces", "--conf-file=/dev/null", "--user=root", "--group=root", "--no-resolv", "--no-hosts",
            "--local=/example/", "--local-ttl=60"];
        var process = ChildProcess.Start(DebianProgram.Find("dnsmasq", "dnsmasq-base"), [.. options, .. records.Select(record => $"--{record}")], scratch.Root);
        await process.WaitForLine("started, version", Eventually.Patience);
        return process;
    }
}
