using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using CallCluster.Media.Engine;
using CallCluster.Media.Srtp;

namespace CallCluster.Benchmarks.Media;

/// <summary>The media engine with N bridged pairs and nothing else, for rtpload to send through (M2 of DESIGN section 8). Run by media.sh.</summary>
internal sealed class RelayRun : IMediaStreamHandler
{
    private const int CallerPorts = 42_000;
    private const int AgentPorts = 52_000;

    /// <summary>Opens the pairs, writes the LEGS file, prints "ready PID" and ends when its input does.</summary>
    public static int Run(string[] args)
    {
        var pairs = Option(args, "--pairs", 100);
        var legs = args[Array.IndexOf(args, "--legs") + 1];
        using var engine = new MediaEngine(new MediaEngineOptions
        {
            PortMin = 10_000,
            PortMax = 29_999,
            Threads = Option(args, "--threads", 0),
            Tick = TimeSpan.FromMicroseconds(Option(args, "--tick", (int)new MediaEngineOptions().Tick.TotalMicroseconds)),
            Portable = args.Contains("--portable"),
        });
        using (var file = new StreamWriter(legs))
        {
            for (var i = 0; i < pairs; i++)
            {
                var caller = OpenTowards(engine, CallerPorts + 2 * i);
                var agent = OpenTowards(engine, AgentPorts + 2 * i);
                if (Array.IndexOf(args, "--chain") is >= 0 and var chain)
                    Chain(engine, caller, agent, encrypted: args[chain + 1] == "srtp");
                else
                    caller.Bridge(agent);
                file.WriteLine($"LEG A 127.0.0.1 {CallerPorts + 2 * i} 127.0.0.1 {caller.LocalPort}");
                file.WriteLine($"LEG B 127.0.0.1 {AgentPorts + 2 * i} 127.0.0.1 {agent.LocalPort}");
            }
        }
        using var handshakes = Option(args, "--handshakes", 0) is > 0 and var rate ? new HandshakeLoad(engine, rate) : null;
        Console.WriteLine($"ready {Environment.ProcessId}");
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        while (Console.In.ReadLine() is not null)
        {
        }
        var totals = engine.Totals();
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Console.WriteLine($"relayed {totals.PacketsRelayed} packets in {totals.Wakes} wakes, dropped {totals.Dropped.Sum()}, faults {totals.Faults}, {totals.Handshakes[0]} DTLS handshakes, {totals.Handshakes.Skip(1).Sum()} failed, allocated {bytes} bytes in all");
        return 0;
    }

    /// <summary>
    /// Two relays in place of one, with SRTP or RTP on the leg between them: for rtpload's packets the first encrypts and the second decrypts, so that half of the difference between
    /// the two kinds is what SRTP on one leg costs a relayed packet.
    /// </summary>
    private static void Chain(MediaEngine engine, MediaStream caller, MediaStream agent, bool encrypted)
    {
        var (near, far) = (engine.Open(new RelayRun()), engine.Open(new RelayRun()));
        var (there, back) = (RandomKey(), RandomKey());
        near.Configure(Towards(far.LocalPort) with { Srtp = encrypted ? new SrtpKeys(there, back) : null });
        far.Configure(Towards(near.LocalPort) with { Srtp = encrypted ? new SrtpKeys(back, there) : null });
        caller.Bridge(near);
        far.Bridge(agent);
    }

    private static SrtpMasterKey RandomKey() => new(SrtpSuite.AesCm128HmacSha1Tag80, RandomNumberGenerator.GetBytes(30));

    private static MediaStreamParameters Towards(int port) => new() { Remote = new IPEndPoint(IPAddress.Loopback, port), AllowLatch = false };

    private static MediaStream OpenTowards(MediaEngine engine, int port)
    {
        var stream = engine.Open(new RelayRun());
        stream.Configure(Towards(port));
        return stream;
    }

    private static int Option(string[] args, string name, int fallback) =>
        Array.IndexOf(args, name) is >= 0 and var i ? int.Parse(args[i + 1], CultureInfo.InvariantCulture) : fallback;
}
