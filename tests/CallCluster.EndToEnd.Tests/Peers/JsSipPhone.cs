using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CallCluster.EndToEnd.Tests.Architecture;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>
/// JsSIP, the SIP stack of browsers (the folder jssip): registers, asks OPTIONS, rejects calls with 486, and says each event in a line of its output. In a browser it can talk as well.
/// </summary>
public static class JsSipPhone
{
    /// <summary>On Node's own WebSocket. SIGINT unregisters.</summary>
    /// <param name="scratch">Where it runs.</param>
    /// <param name="url">The WebSocket, such as wss://127.0.0.1:8443.</param>
    /// <param name="uri">Its address of record.</param>
    /// <param name="password">For digest.</param>
    /// <param name="authorityFile">The authority that the server's certificate must come from.</param>
    public static ChildProcess OnNode(ScratchDirectory scratch, string url, string uri, string password, string authorityFile) =>
        ChildProcess.Start(DebianProgram.Find("node", "nodejs"), ["--experimental-websocket", Installed("node_modules", "node.mjs"), url, uri, password], scratch.Root,
            new Dictionary<string, string> { ["NODE_EXTRA_CA_CERTS"] = authorityFile });

    /// <summary>In headless Chromium, which takes the server for the one that has this certificate's key.</summary>
    /// <param name="scratch">Where it runs.</param>
    /// <param name="url">The secure WebSocket.</param>
    /// <param name="uri">Its address of record.</param>
    /// <param name="password">For digest.</param>
    /// <param name="certificateFile">The server's certificate.</param>
    /// <param name="mode">"answer" answers calls, "call sip:…" makes one; each 200 ms of one it then says "hears HERTZ packets N lost N".</param>
    /// <param name="toneHertz">What it says in calls.</param>
    public static ChildProcess InChromium(ScratchDirectory scratch, string url, string uri, string password, string certificateFile, string mode = "", double toneHertz = 1000)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(certificateFile);
        var key = Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        var page = scratch.Write("phone.html", $"<!DOCTYPE html><script src=\"file://{Installed("bundle", "bundle/phone.js")}\"></script>");
        var microphone = scratch.File("microphone.wav");
        Tone.WriteWav(microphone, toneHertz, TimeSpan.FromSeconds(10), sampleRate: 48_000);
        return ChildProcess.Start(DebianProgram.Find("chromium", "chromium"),
            ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage", "--enable-logging=stderr",
                "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", $"--use-file-for-fake-audio-capture={microphone}", "--autoplay-policy=no-user-gesture-required",
                "--allow-loopback-in-peer-connection",
                $"--user-data-dir={scratch.Folder("chromium")}", $"--ignore-certificate-errors-spki-list={key}", $"file://{page}#{Uri.EscapeDataString($"{url},{uri},{password},{mode}")}"], scratch.Root);
    }

    private static string Installed(string made, string file)
    {
        var folder = Path.Combine(Repository.Root, "tests", "CallCluster.EndToEnd.Tests", "Peers", "jssip");
        if (!Path.Exists(Path.Combine(folder, made))) throw new InvalidOperationException($"JsSIP is not installed: run 'npm ci && npm run bundle' in {folder}, or tests/run.sh, which does it.");
        return Path.Combine(folder, file);
    }
}
