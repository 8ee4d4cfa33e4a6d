using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>
/// A baresip without sound card: speaks an endless tone, records what it hears, and is driven over its ctrl_tcp port (JSON in netstrings). What it
/// heard is complete once it has been disposed or <see cref="Quit"/>.
/// </summary>
public sealed class BaresipPhone : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly TcpClient _control;
    private readonly string _directory;
    private readonly List<JsonNode> _events = [];
    private readonly Lock _gate = new();
    private readonly Task _reader;
    private int _token;

    private BaresipPhone(ChildProcess process, TcpClient control, string directory, int sipPort, int sampleRate)
    {
        (_process, _control, _directory, SipPort, SampleRate) = (process, control, directory, sipPort, sampleRate);
        _reader = Read();
    }

    /// <summary>Starts the phone.</summary>
    /// <param name="scratch">Where its files go.</param>
    /// <param name="user">User part of its address and digest user name.</param>
    /// <param name="domainPort">SIP port on 127.0.0.1 that it belongs to.</param>
    /// <param name="toneHertz">What it says when it is in a call.</param>
    /// <param name="password">When given it registers with it, else it only calls.</param>
    /// <param name="codec">PCMU, PCMA or G722.</param>
    /// <param name="encryption">baresip's mediaenc: "srtp", which offers it, "srtp-mand", which insists, or "dtls_srtp"; null for none.</param>
    /// <param name="transport">How it reaches that port: udp, tcp or tls.</param>
    /// <param name="configuration">Further lines of its config.</param>
    /// <param name="ptime">Milliseconds of its packets.</param>
    /// <param name="ice">It offers and answers ICE.</param>
    /// <param name="keys">Keys that it presses as tones in its audio, from its third second on, before its tone.</param>
    public static async Task<BaresipPhone> Start(ScratchDirectory scratch, string user, int domainPort, double toneHertz, string? password = null, string codec = "PCMU",
        string? encryption = null, string transport = "udp", string configuration = "", int ptime = 20, string keys = "", bool ice = false)
    {
        var program = DebianProgram.Find("baresip", "baresip-core");
        var sipPort = FreePorts.Block(4); // TLS binds the next one, control the one after
        var folder = $"baresip-{user}-{sipPort}";
        var directory = scratch.Folder(folder);
        var rtpPort = FreePorts.Block(10);
        var sampleRate = codec == "G722" ? 16_000 : Tone.SampleRate;
        Tone.WriteWav(Path.Combine(directory, "tone.wav"), toneHertz, TimeSpan.FromSeconds(120), sampleRate, keys);
        scratch.Write($"{folder}/config", $"""
            sip_listen 127.0.0.1:{sipPort}
            net_interface 127.0.0.1
            rtp_ports {rtpPort}-{rtpPort + 9}
            audio_source aufile,{directory}/tone.wav
            audio_alert nothing,nothing
            module_path /usr/lib/baresip/modules
            module g711.so
            module g722.so
            module aufile.so
            module sndfile.so
            {(encryption is null ? "" : encryption.StartsWith("dtls", StringComparison.Ordinal) ? "module dtls_srtp.so" : "module srtp.so")}
            {(ice ? "module ice.so" : "")}
            rtcp_mux {(ice || encryption == "dtls_srtp" ? "yes" : "no")}
            snd_path {directory}
            module ctrl_tcp.so
            ctrl_tcp_listen 127.0.0.1:{sipPort + 2}
            module_app account.so
            module_app menu.so
            {configuration}

            """);
        var registration = password is null ? "regint=0" : $"auth_user={user};auth_pass={password};regint=60";
        var media = $"audio_codecs={(codec == "G722" ? "G722/16000/1" : codec)};ptime={ptime}{(encryption is null ? "" : $";mediaenc={encryption}")}{(ice ? ";medianat=ice" : "")}";
        scratch.Write($"{folder}/accounts", $"<sip:{user}@127.0.0.1:{domainPort};transport={transport}>;{registration};answermode=auto;{media}\n");
        scratch.Write($"{folder}/contacts", "");

        var process = ChildProcess.Start(program, ["-f", directory, "-s"], directory);
        var control = await Eventually.Becomes(() => Connect(sipPort + 2), client => client is not null, "baresip's control port");
        return new BaresipPhone(process, control!, directory, sipPort, sampleRate);
    }

    /// <summary>Its SIP port on 127.0.0.1.</summary>
    public int SipPort { get; }

    /// <summary>Samples a second of what it says and hears: 16000 with G.722.</summary>
    public int SampleRate { get; }

    /// <summary>SIP trace and log of the phone.</summary>
    public string Log => _process.Output;

    /// <summary>Waits until its registrar has said yes: by what the phone says of itself, since its event may come before its control port is connected to.</summary>
    public Task Registered() => Eventually.Becomes(() => Command("reginfo"), says => says.Contains("OK ", StringComparison.Ordinal), $"baresip is registered; log:\n{Log}");

    public Task Dial(string uri) => Command("dial", uri);

    public Task Established() => Event("CALL_ESTABLISHED");

    public Task Closed() => Event("CALL_CLOSED");

    public Task HangUp() => Command("hangup");

    public Task Hold() => Command("hold");

    public Task Resume() => Command("resume");

    /// <summary>Transfers its call without asking (REFER).</summary>
    public Task Transfer(string uri) => Command("transfer", uri);

    /// <summary>Presses keys one after the other (RFC 4733 events).</summary>
    public async Task Press(string keys)
    {
        foreach (var key in keys) await Command("sndcode", $"{key}");
    }

    /// <summary>Waits for the first event of this type, past ones included, such as CALL_ESTABLISHED.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="contains">What its parameter contains.</param>
    public async Task<JsonNode> Event(string type, string contains = "")
    {
        JsonNode? Find()
        {
            lock (_gate) return _events.Find(e => (string?)e["type"] == type && ((string?)e["param"] ?? "").Contains(contains, StringComparison.Ordinal));
        }
        return (await Eventually.Becomes(() => Task.FromResult(Find()), e => e is not null, $"baresip's event {type} {contains}; log:\n{Log}"))!;
    }

    /// <summary>Ends the phone, its calls and its recordings.</summary>
    public async Task Quit()
    {
        if (_process.HasExited) return;
        try
        {
            await Send("quit", null, "quit");
        }
        catch (IOException)
        {
            // Gone already.
        }
        await _process.WaitForExit(TimeSpan.FromSeconds(10));
    }

    /// <summary>Waits until its recording of what it hears is this long, silence included.</summary>
    public Task HearsFor(TimeSpan time) => Eventually.IsTrue(
        () => Recordings().Sum(file => new FileInfo(file).Length) > time.TotalSeconds * SampleRate * sizeof(short), $"baresip hears for {time}; log:\n{Log}");

    /// <summary>Samples of its recording so far.</summary>
    public int Hears => (int)(Recordings().Sum(file => Math.Max(0, new FileInfo(file).Length - 44)) / sizeof(short));

    /// <summary>What it heard, as 16 bit samples at <see cref="SampleRate"/>, all calls in a row.</summary>
    public async Task<short[]> Heard()
    {
        await Quit();
        return [.. Recordings().Order().SelectMany(file => Wav.ReadSamples(file, SampleRate))];
    }

    public async ValueTask DisposeAsync()
    {
        await Quit();
        _control.Dispose();
        await _reader;
        await _process.DisposeAsync();
    }

    private string[] Recordings() => Directory.GetFiles(_directory, "dump-*-dec.wav");

    private static async Task<TcpClient?> Connect(int port)
    {
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return client;
        }
        catch (SocketException)
        {
            client.Dispose();
            return null;
        }
    }

    private async Task<string> Command(string command, string? parameters = null)
    {
        var token = $"t{Interlocked.Increment(ref _token)}";
        await Send(command, parameters, token);
        JsonNode? Answer()
        {
            lock (_gate) return _events.Find(e => (string?)e["token"] == token);
        }
        var answer = await Eventually.Becomes(() => Task.FromResult(Answer()), found => found is not null, $"baresip's answer to {command}");
        if ((bool?)answer!["ok"] != true) throw new InvalidOperationException($"baresip refused {command} {parameters}. Log:\n{Log}");
        return (string?)answer["data"] ?? "";
    }

    private async Task Send(string command, string? parameters, string token)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new { command, @params = parameters, token });
        await _control.GetStream().WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"{json.Length}:"), .. json, (byte)',']);
    }

    private async Task Read()
    {
        var stream = _control.GetStream();
        var one = new byte[1];
        try
        {
            while (true)
            {
                var length = 0;
                while (true)
                {
                    await stream.ReadExactlyAsync(one);
                    if (one[0] == ':') break;
                    length = length * 10 + one[0] - '0';
                }
                var text = new byte[length + 1];
                await stream.ReadExactlyAsync(text);
                var message = JsonNode.Parse(text.AsSpan(0, length))!;
                lock (_gate) _events.Add(message);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The phone has ended.
        }
    }
}
