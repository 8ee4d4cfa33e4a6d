using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>stunnel4 in front of a program that speaks SIP over TCP only (sipp): it makes TLS of each connection, and verifies the server.</summary>
public static class StunnelClient
{
    /// <summary>Starts one; connect to <paramref name="port"/> of 127.0.0.1.</summary>
    /// <param name="scratch">Where its files go.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="serverPort">The TLS port of 127.0.0.1 that it connects to.</param>
    /// <param name="authorityFile">The authority that the server's certificate must come from.</param>
    /// <param name="certificateFile">Its own certificate and key in one PEM file; null shows none.</param>
    public static async Task<ChildProcess> Start(ScratchDirectory scratch, int port, int serverPort, string authorityFile, string? certificateFile = null)
    {
        var file = scratch.Write($"stunnel-{port}.conf", $"""
            foreground = yes
            pid =
            [sip]
            client = yes
            accept = 127.0.0.1:{port}
            connect = 127.0.0.1:{serverPort}
            CAfile = {authorityFile}
            verifyChain = yes
            checkIP = 127.0.0.1
            {(certificateFile is null ? "" : $"cert = {certificateFile}")}

            """);
        var process = ChildProcess.Start(DebianProgram.Find("stunnel4", "stunnel4"), [file], scratch.Root);
        // It says "Configuration successful" before it listens.
        await Eventually.IsTrue(() => process.HasExited || Listening.OnTcp(port), "stunnel listens");
        return process.HasExited ? throw new InvalidOperationException($"stunnel ended:\n{process.Output}") : process;
    }
}
