using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace CallCluster.Benchmarks.Load;

/// <summary>M1 to M6 of DESIGN section 8 against our server, and what Kamailio and rtpengine, as Debian ships them, do in the same run. Each server starts fresh for each scenario.</summary>
internal sealed class LoadRun(BenchTools tools)
{
    private readonly List<(string Measure, string Ours, string Peer)> _rows = [];

    /// <summary>Rates run before the one that counts: the figure of a process that has compiled its code, as one is after its first minute.</summary>
    private const string WarmUp = "200,200";

    private readonly string _rtpLoad = tools.BuildRtpLoad();

    /// <param name="only">Servers and measures to run; empty for all.</param>
    public async Task<int> Run(string[] only)
    {
        string[] servers = [.. only.Where(word => word is "ours" or "kamailio" or "rtpengine")];
        string[] measures = [.. only.Where(word => word.StartsWith('M'))];
        bool With(string server) => servers.Length == 0 || servers.Contains(server);
        bool Wanted(string measure) => measures.Length == 0 || measures.Contains(measure);

        if (Wanted("M1")) await Both("M1 CPU per queued call, 100/s, hold 1 s", With, Calls($"--rates {WarmUp},100 --secs 12 --hold 1000", r => $"{Number(r["server_cpu_ms_per_call"])} ms, {Complete(r)}"));
        if (Wanted("M2")) foreach (var calls in new[] { 100, 400 }) await Media(calls, With);
        if (Wanted("M3")) await Both("M3 highest rate with none lost, hold 200 ms", With, Rate);
        if (Wanted("M4")) await Both("M4 memory per held call, 500 calls", With, (pids, who) => Held(pids, who));
        if (Wanted("M5")) await Both("M5 INVITE to 200, p50 / p99", With, Delay);
        if (Wanted("M6")) await Ours("M6 1000 callers who wait", With, Waiting);

        Console.WriteLine($"\n{Table()}");
        File.Delete(_rtpLoad);
        return 0;
    }

    private static string Number(JsonNode? value) => value is null ? "-" : ((double)value).ToString("0.##", CultureInfo.InvariantCulture);

    private static bool IsComplete(JsonNode run) => (int)run["ok"]! == (int)run["calls"]! && (int)run["agent_ok"]! == (int)run["calls"]! && (int)run["retrans"]! == 0;

    private static string Complete(JsonNode run) => IsComplete(run) ? "none lost" : $"{run["ok"]} of {run["calls"]}, {run["agent_ok"]} at agents, {run["retrans"]} retransmissions";

    private Func<string, string, string> Calls(string arguments, Func<JsonNode, string> show) => (pids, _) => show(Tell(tools.Script("bench.py", $"calls --pids {pids} {arguments}"))[^1]);

    private string Rate(string pids, string who)
    {
        var best = "none";
        foreach (var rate in who == "kamailio" ? new[] { 300, 800 } : new[] { 100, 200, 300, 400, 600, 800, 1000 })
        {
            var run = Tell(tools.Script("bench.py", $"calls --pids {pids} --rates {rate} --secs 10 --hold 200"))[0];
            if (!IsComplete(run)) return $"{best} (at {rate}/s: {Complete(run)})";
            best = $"{rate}/s, {Number(run["server_cpu_ms_per_call"])} ms";
        }
        return $"{best} (none tried beyond)";
    }

    private string Held(string pids, string who)
    {
        _ = who;
        var run = Tell(tools.Script("bench.py", $"hold --pids {pids} --calls 500 --setup 60 --service 6009"))[0];
        return $"{Number((double)run["bytes_per_call"]! / 1024)} KB, {run["agent_calls"]} up, idle {Number(run["idle_cores_with_calls"])} cores";
    }

    private string Delay(string pids, string who)
    {
        _ = who;
        tools.Script("bench.py", $"calls --pids {pids} --rates {WarmUp} --secs 10 --hold 200");
        var run = Tell(tools.Script("pdd.py", "300 6000"))[0];
        return $"{Number((double?)run["pdd_us"]!["p50"] / 1000)} / {Number((double?)run["pdd_us"]!["p99"] / 1000)} ms, {run["failed"]} failed";
    }

    private string Waiting(string pids, string who)
    {
        _ = who;
        var run = Tell(tools.Script("bench.py", $"wait --pids {pids} --waiters 1000 --setup 100 --service 6003"))[0];
        return $"{Number((double)run["cpu_s_per_s"]! - (double)run["idle_cores_before"]!)} cores above idle ({Number(run["idle_cores_before"])}), {run["present"]} present";
    }

    private async Task Media(int calls, Func<string, bool> with)
    {
        string? ours = null, peer = null;
        if (with("ours"))
        {
            await using var server = await ServerUnderTest.CallCluster();
            tools.Script("bench.py", $"calls --pids {server.Id} --rates {WarmUp} --secs 12 --hold 200");
            var scenario = $"media --pids {server.Id} --calls {calls} --secs 10 --setup {(calls > 200 ? 50 : 25)} --service {(calls > 200 ? "6009" : "6000")}";
            // The figure of a process that is past its first minutes: until then half of what an idle process uses is the compiler's.
            for (var i = 0; i < 6; i++) tools.Script("bench.py", scenario, _rtpLoad);
            ours = Relay(Tell(tools.Script("bench.py", scenario, _rtpLoad))[1]);
        }
        if (with("rtpengine"))
        {
            await using var server = await ServerUnderTest.RtpEngine(tools);
            var legs = Path.GetTempFileName();
            BenchTools.Run("python3", [Path.Combine(tools.Directory, "rtpengine", "ng.py"), $"{calls}", legs]);
            peer = "rtpengine " + Relay(Tell(BenchTools.Json(BenchTools.Run(_rtpLoad, ["-f", legs, "-d", "10", "-w", "3", "-P", $"{server.Id}"])))[0]);
            File.Delete(legs);
        }
        _rows.Add(($"M2 CPU per relayed packet, {calls} calls; loss; delay p50 / p99", ours ?? "-", peer ?? "-"));
    }

    private static string Relay(JsonNode run) =>
        $"{Number(run["server_cpu_us_per_packet"])} us; {run["lost"]} of {run["sent"]}; {Number(run["delay_ms"]!["p50"])} / {Number(run["delay_ms"]!["p99"])} ms";

    private async Task Both(string measure, Func<string, bool> with, Func<string, string, string> run)
    {
        await Ours(measure, with, run);
        if (!with("kamailio")) return;
        await using var kamailio = await ServerUnderTest.Kamailio(tools);
        _rows[^1] = _rows[^1] with { Peer = "Kamailio " + run($"{kamailio.Id}+", "kamailio") };
    }

    private async Task Ours(string measure, Func<string, bool> with, Func<string, string, string> run)
    {
        var ours = "-";
        if (with("ours"))
        {
            await using var server = await ServerUnderTest.CallCluster();
            ours = run($"{server.Id}", "ours");
        }
        _rows.Add((measure, ours, "-"));
    }

    private static List<JsonNode> Tell(List<JsonNode> values)
    {
        foreach (var value in values) Console.WriteLine(value.ToJsonString());
        return values;
    }

    private string Table()
    {
        var table = new StringBuilder("| | CallCluster, role all | peer, same run |\n|---|---|---|\n");
        foreach (var (measure, ours, peer) in _rows) table.Append(CultureInfo.InvariantCulture, $"| {measure} | {ours} | {peer} |\n");
        return table.ToString();
    }
}
