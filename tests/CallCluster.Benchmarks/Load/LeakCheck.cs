using System.Globalization;

namespace CallCluster.Benchmarks.Load;

/// <summary>After 1,000 calls and after 10,000 more: nothing of any call is left, and memory has grown by at most a tenth.</summary>
internal sealed class LeakCheck(BenchTools tools)
{
    private const double AllowedGrowth = 1.10;

    /// <summary>Longer than the transaction timers (32 s) and a grain's collection.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(120);

    /// <summary>An edge without calls gives memory back after 40 s.</summary>
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(60);

    /// <summary>Gauges that count what a call holds.</summary>
    private static readonly string[] Held = ["callcluster_sip_transactions_pending", "callcluster_sip_dialogs", "callcluster_edge_calls_active", "callcluster_media_streams", "callcluster_media_ports"];

    public async Task<int> Run()
    {
        await using var server = await ServerUnderTest.CallCluster();
        Calls(server, rate: 200, seconds: 5);
        var first = await Rest(server, "1,000 calls");
        Calls(server, rate: 200, seconds: 50);
        var second = await Rest(server, "11,000 calls");

        var growth = (double)second.Memory / first.Memory;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory {first.Memory >> 20} -> {second.Memory >> 20} MB: x {growth:0.###}; left behind: {second.Left}"));
        return growth <= AllowedGrowth && second.Left == "nothing" ? 0 : 1;
    }

    private void Calls(ServerUnderTest server, int rate, int seconds)
    {
        foreach (var run in tools.Script("bench.py", $"calls --pids {server.Id} --rates {rate} --secs {seconds} --hold 200")) Console.WriteLine(run.ToJsonString());
    }

    /// <summary>Waits until nothing of any call is left, or long enough; tells what memory the server keeps and what is left.</summary>
    internal static async Task<(long Memory, string Left)> Rest(ServerUnderTest server, string after)
    {
        var start = TimeProvider.System.GetTimestamp();
        string left;
        do
        {
            await Task.Delay(2000);
            left = await Left(server);
        }
        while (TimeProvider.System.GetElapsedTime(start) is var rested && (rested < ShortestRest || (left != "nothing" && rested < LongestRest)));
        var memory = server.Memory();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after {after}: PSS {memory >> 20} MB, left: {left} ({TimeProvider.System.GetElapsedTime(start).TotalSeconds:0} s later)"));
        foreach (var (name, value) in (await server.Metrics()).Where(sample => sample.Key.StartsWith("dotnet_gc_last_collection", StringComparison.Ordinal) || sample.Key.Contains("activation", StringComparison.OrdinalIgnoreCase) || Held.Any(held => sample.Key.StartsWith(held, StringComparison.Ordinal))))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name} {value}"));
        return (memory, left);
    }

    private static async Task<string> Left(ServerUnderTest server)
    {
        var left = new List<string>();
        if ((await server.List("calls")).Count is > 0 and var calls) left.Add($"{calls} calls");
        left.AddRange((await server.List("trunks")).Where(trunk => (int)trunk!["channels"]! != 0).Select(trunk => $"{trunk!["channels"]} channels of {trunk["name"]}"));
        left.AddRange((await server.List("agents")).Where(agent => agent!["calls"]!.AsArray().Count != 0).Select(agent => $"agent {agent!["id"]} busy"));
        left.AddRange((await server.List("edges")).Where(edge => (int)edge!["portsInUse"]! != 0).Select(edge => $"{edge!["portsInUse"]} ports"));
        left.AddRange((await server.Metrics()).Where(sample => sample.Value != 0 && Held.Any(held => sample.Key.StartsWith(held, StringComparison.Ordinal))).Select(sample => $"{sample.Value} {sample.Key}"));
        return left.Count == 0 ? "nothing" : string.Join(", ", left.Take(8));
    }
}
