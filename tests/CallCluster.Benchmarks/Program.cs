using BenchmarkDotNet.Running;
using CallCluster.Benchmarks.Load;
using CallCluster.Benchmarks.Media;
using CallCluster.Benchmarks.Sip;

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
    case ["leak"]:
        return await new LeakCheck(BenchTools.Find()).Run();
    default:
        Console.Error.WriteLine("""
            bdn [options of BenchmarkDotNet]             micro benchmarks; --list flat names them
            load [ours|kamailio|rtpengine] [M1 … M6]     the load scenarios of ../shared/bench (or CALLCLUSTER_BENCH); prints a Markdown table
            media --pairs N --legs FILE                  the media engine alone, for rtpload (run by media.sh)
            sip                                          the SIP stack alone: CPU and allocation per call at 1000 calls/s
            leak                                         1,000 calls, then 10,000: what is left, and how memory has grown
            """);
        return 2;
}
