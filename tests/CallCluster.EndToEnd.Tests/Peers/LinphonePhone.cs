using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>A linphonec without sound card that registers, answers by itself and speaks a tone. Its commands go through a pipe.</summary>
public sealed class LinphonePhone : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly string _pipe;

    private LinphonePhone(ChildProcess process, string pipe) => (_process, _pipe) = (process, pipe);

    /// <summary>What it says, each line with its prompt.</summary>
    public string Log => _process.Output;

    /// <summary>Starts the phone.</summary>
    /// <param name="scratch">Where its files go.</param>
    /// <param name="user">User part of its address and digest user name.</param>
    /// <param name="password">For digest.</param>
    /// <param name="proxy">Where it registers: 127.0.0.1:5061;transport=tls.</param>
    /// <param name="toneHertz">What it says when it is in a call.</param>
    /// <param name="authorityFile">The authority that the server's certificate must come from.</param>
    public static async Task<LinphonePhone> Start(ScratchDirectory scratch, string user, string password, string proxy, double toneHertz, string authorityFile)
    {
        var directory = scratch.Folder($"linphone-{user}");
        Directory.CreateDirectory(Path.Combine(directory, ".local/share/linphone"));
        var (sipPort, rtpPort) = (FreePorts.One(), FreePorts.Block(2));
        Tone.WriteWav(Path.Combine(directory, "tone.wav"), toneHertz, TimeSpan.FromSeconds(60));
        scratch.Write($"linphone-{user}/rc", $"""
            [sip]
            bind_address=127.0.0.1
            sip_port={sipPort}
            sip_tcp_port={sipPort}
            sip_tls_port=-1
            guess_hostname=0
            use_ipv6=0
            supported=replaces, outbound
            default_proxy=0
            root_ca={authorityFile}
            verify_server_certs=1
            verify_server_cn=1
            [proxy_0]
            reg_proxy=<sip:{proxy}>
            reg_identity=sip:{user}@callcluster.local
            reg_expires=60
            reg_sendregister=1
            [auth_info_0]
            username={user}
            passwd={password}
            realm=callcluster.local
            domain=callcluster.local
            [rtp]
            audio_rtp_port={rtpPort}

            """);
        var pipe = Path.Combine(directory, "commands");
        // Opened for both directions, the pipe has no end.
        var process = ChildProcess.Start("/bin/sh", ["-c", $"mkfifo {pipe}; exec 3<>{pipe}; exec {DebianProgram.Find("linphonec", "linphone-cli")} -c {directory}/rc -a -d 0 <&3"], directory,
            new Dictionary<string, string> { ["HOME"] = directory });
        var phone = new LinphonePhone(process, pipe);
        await process.WaitForLine("linphonec>", TimeSpan.FromSeconds(20));
        await phone.Command("soundcard use files");
        await phone.Command($"play {directory}/tone.wav");
        return phone;
    }

    public Task Registered() => _process.WaitForLine("Registration on", TimeSpan.FromSeconds(20));

    /// <summary>Waits until its first call is answered.</summary>
    public Task Answered() => _process.WaitForLine("answered", TimeSpan.FromSeconds(20));

    /// <summary>Waits until its first call has ended.</summary>
    public Task Ended() => _process.WaitForLine("ended", TimeSpan.FromSeconds(20));

    public Task HangUp() => Command("terminate");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await Command("quit");
        await _process.DisposeAsync();
    }

    private Task Command(string line) => File.AppendAllTextAsync(_pipe, line + "\n");
}
