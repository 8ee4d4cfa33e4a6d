using System.Globalization;
using BenchmarkDotNet.Running;
using CallCluster.Benchmarks.Load;
using CallCluster.Benchmarks.Media;
using CallCluster.Benchmarks.Queues;
using CallCluster.Benchmarks.Sip;
using CallCluster.Contracts.Configuration;

switch (args)
{
    case ["bdn", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest);
        return 0;
    case ["load", .. var only]:
        return await new LoadRun(BenchTools.Find()).Run(only);
    case ["media", .. var options]:
        return RelayRun.Run(options);
    case ["sip"]:
        return await CallRun.Run(callsPerSecond: 1000, seconds: 10);
    case ["assign"]:
        return AssignmentRun.Run();
    case ["assign", var name] when Enum.TryParse<QueueStrategy>(name, out var strategy):
        return await new SiloAssignmentRun(strategy).Run();
    case ["overload", .. var calls] when calls is [] || int.TryParse(calls[0], CultureInfo.InvariantCulture, out _):
        return await new OverloadRun(calls is [var most] ? int.Parse(most, CultureInfo.InvariantCulture) : 100, TimeSpan.FromSeconds(45)).Run();
    case ["soak", .. var soak] when SoakOptions.TryParse(soak, out var options):
        return await new SoakRun(options.Time, options.Seed, options.CallsPerSecond).Run();
    case ["leak"]:
        return await new LeakCheck(BenchTools.Find()).Run();
    default:
        Console.Error.WriteLine("""
            bdn [options of BenchmarkDotNet]             micro benchmarks; --list flat names them
            load [ours|kamailio|rtpengine] [M1 … M6]     the load scenarios of ../shared/bench (or CALLCLUSTER_BENCH); prints a Markdown table
            media --pairs N --legs FILE [--handshakes N] the media engine alone, for rtpload (run by media.sh)
            sip                                          the SIP stack alone: CPU and allocation per call at 1000 calls/s
            assign                                       what an assignment costs a queue's machine with few and many callers and agents
            assign STRATEGY                              the same in a silo, with the agents' grains and simulated calls: assignments a second, CPU each
            overload [MAXCALLS]                          an edge offered its capacity (100 calls at once), ten times as much, and its capacity again
            soak [--minutes N] [--seed N] [--rate N]     30 minutes of calls that end in every state, 100 a second: what is left, and how memory has grown
            leak                                         1,000 calls, then 10,000: what is left, and how memory has grown
            """);
        return 2;
}
