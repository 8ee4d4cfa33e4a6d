using System.Text.RegularExpressions;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>
/// A linphone without sound card that answers by itself: speaks an endless tone, records what it hears, and is driven by linphonecsh over a pipe that is named by the user who runs it, so
/// there can be one at a time. What it heard is complete once it has <see cref="Quit"/>.
/// </summary>
public sealed partial class LinphonePhone : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly string _directory;
    private readonly string _shell;
    private readonly IReadOnlyDictionary<string, string> _environment;

    private LinphonePhone(ChildProcess process, string directory, string shell, IReadOnlyDictionary<string, string> environment) =>
        (_process, _directory, _shell, _environment) = (process, directory, shell, environment);

    /// <summary>Starts the phone and registers it.</summary>
    /// <param name="scratch">Where its files go.</param>
    /// <param name="user">User part of its address and digest user name.</param>
    /// <param name="domainPort">SIP port on 127.0.0.1 that it belongs to.</param>
    /// <param name="toneHertz">What it says when it is in a call.</param>
    /// <param name="password">What it registers with.</param>
    /// <param name="authorityFile">When given it registers over TLS, trusts this authority alone, and insists on SRTP with keys in SDP, which it makes anew for each offer (RFC 4568 7.1.4).</param>
    /// <param name="registers">False when it is expected to fail: waits for no registration.</param>
    public static async Task<LinphonePhone> Start(ScratchDirectory scratch, string user, int domainPort, double toneHertz, string password, string? authorityFile = null, bool registers = true)
    {
        var (program, shell) = (DebianProgram.Find("linphonec", "linphone-cli"), DebianProgram.Find("linphonecsh", "linphone-cli"));
        var directory = scratch.Folder($"linphone-{user}");
        Directory.CreateDirectory(Path.Combine(directory, ".local", "share", "linphone"));
        Tone.WriteWav(Path.Combine(directory, "tone.wav"), toneHertz, TimeSpan.FromSeconds(120));
        var (sipPort, rtpPort) = (FreePorts.One(), FreePorts.Block(8));
        var registrar = $"sip:127.0.0.1:{domainPort}{(authorityFile is null ? "" : ";transport=tls")}";
        var rc = scratch.Write($"linphone-{user}/rc", $"""
            [sip]
            bind_address=127.0.0.1
            sip_port={sipPort}
            sip_tcp_port=-1
            sip_tls_port=-1
            guess_hostname=0
            use_ipv6=0
            supported=replaces
            default_proxy=0
            {(authorityFile is null ? "" : $"root_ca={authorityFile}\nverify_server_certs=1\nverify_server_cn=1\nmedia_encryption=srtp\nmedia_encryption_mandatory=1\nkeep_srtp_keys=0")}
            [auth_info_0]
            username={user}
            passwd={password}
            realm=callcluster.local
            [proxy_0]
            reg_proxy=<{registrar}>
            reg_identity=<sip:{user}@127.0.0.1:{domainPort}>
            reg_expires=600
            reg_sendregister=1
            [rtp]
            audio_rtp_port={rtpPort}
            [sound]
            echocancellation=0
            [net]
            stun_server=

            """);
        Dictionary<string, string> environment = new() { ["HOME"] = directory };
        var process = ChildProcess.Start(program, ["--pipe", "-c", rc, "-a", "-d", "6", "-l", Path.Combine(directory, "log")], directory, environment);
        var phone = new LinphonePhone(process, directory, shell, environment);
        try
        {
            await Eventually.Becomes(() => phone.Ask("calls"), answer => answer.Contains("No active call", StringComparison.OrdinalIgnoreCase), "linphone answers its shell");
            await phone.Ask("soundcard use files");
            await phone.Ask($"play {directory}/tone.wav");
            await phone.Ask($"record {directory}/heard.wav");
            if (registers) await Eventually.Becomes(() => phone.Shell("status", "register"), answer => answer.Contains("registered, identity", StringComparison.Ordinal), "linphone is registered");
            return phone;
        }
        catch
        {
            await phone.DisposeAsync();
            throw;
        }
    }

    /// <summary>What linphone wrote down.</summary>
    public string Log => File.Exists(Path.Combine(_directory, "log")) ? File.ReadAllText(Path.Combine(_directory, "log")) : "";

    /// <summary>The SRTP keys of each session description that it has sent (RFC 4568), in order.</summary>
    public string[][] KeysSent => [.. Log.Split("message sent to [").Skip(1).Select(sent => Key().Matches(sent[..sent.IndexOf("\n20", StringComparison.Ordinal)]).Select(key => key.Value).ToArray()).Where(keys => keys.Length > 0)];

    /// <summary>A command of linphonec; what it said.</summary>
    public Task<string> Ask(string command) => Shell("generic", command);

    /// <summary>The number of the call whose line in its list fits, once there is one: "StreamsRunning", "Paused", …</summary>
    public async Task<string> Call(string state)
    {
        string? Find(string list) => list.Split('\n').FirstOrDefault(line => line.Contains(state, StringComparison.Ordinal)) is { } line ? Number().Match(line).Value : null;
        var list = await Eventually.Becomes(() => Ask("calls"), calls => Find(calls) is not null, $"a call of linphone is {state}");
        return Find(list)!;
    }

    /// <summary>Ends the phone; its recording is whole then.</summary>
    public async Task Quit()
    {
        if (_process.HasExited) return;
        await Shell("exit");
        await _process.WaitForExit(TimeSpan.FromSeconds(10));
    }

    /// <summary>What it heard.</summary>
    public async Task<short[]> Heard()
    {
        await Quit();
        return Wav.ReadSamples(Path.Combine(_directory, "heard.wav"));
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"linphone:\n{_process.Output}");
    }

    private async Task<string> Shell(params string[] arguments)
    {
        await using var shell = ChildProcess.Start(_shell, arguments, _directory, _environment);
        await shell.WaitForExit(TimeSpan.FromSeconds(10));
        return shell.Output;
    }

    [GeneratedRegex("inline:[^| \r\n]+")]
    private static partial Regex Key();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
