using System.Globalization;
using System.Net;
using CallCluster.Media.Engine;

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
                caller.Bridge(agent);
                file.WriteLine($"LEG A 127.0.0.1 {CallerPorts + 2 * i} 127.0.0.1 {caller.LocalPort}");
                file.WriteLine($"LEG B 127.0.0.1 {AgentPorts + 2 * i} 127.0.0.1 {agent.LocalPort}");
            }
        }
        Console.WriteLine($"ready {Environment.ProcessId}");
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        while (Console.In.ReadLine() is not null)
        {
        }
        var totals = engine.Totals();
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Console.WriteLine($"relayed {totals.PacketsRelayed} packets in {totals.Wakes} wakes, dropped {totals.Dropped.Sum()}, faults {totals.Faults}, allocated {bytes} bytes in all");
        return 0;
    }

    private static MediaStream OpenTowards(MediaEngine engine, int port)
    {
        var stream = engine.Open(new RelayRun());
        stream.Configure(new MediaStreamParameters { Remote = new IPEndPoint(IPAddress.Loopback, port), AllowLatch = false });
        return stream;
    }

    private static int Option(string[] args, string name, int fallback) =>
        Array.IndexOf(args, name) is >= 0 and var i ? int.Parse(args[i + 1], CultureInfo.InvariantCulture) : fallback;
}
