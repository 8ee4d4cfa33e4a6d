using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.Benchmarks.Load;

/// <summary>A server started for a run and ended by its process id.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly ChildProcess _process;
    private readonly Uri? _api;

    private ServerUnderTest(ChildProcess process, Uri? api = null) => (_process, _api) = (process, api);

    public int Id => _process.Id;

    /// <summary>Our Release build with deploy/bench.json in the role all.</summary>
    /// <param name="patch">A second configuration file's text, merged over it.</param>
    public static async Task<ServerUnderTest> CallCluster(string? patch = null)
    {
        var directory = Directory.CreateTempSubdirectory("callcluster-bench-").FullName;
        var configuration = Path.Combine(BenchTools.Root, "deploy", "bench.json");
        var program = Path.Combine(BenchTools.Root, "src", "CallCluster.Host", "bin", "Release", "net10.0", "callcluster.dll");
        if (!File.Exists(program)) throw new FileNotFoundException("Build it first: dotnet build -c Release", program);
        var api = (string?)JsonNode.Parse(await File.ReadAllTextAsync(configuration))!["CallCluster"]!["Api"]!["Listen"];
        List<string> arguments = [program, "run", "--role", "all", "--config", configuration];
        // Beginning without the tickets of the runs before, which a server restores.
        var own = JsonSerializer.Serialize(new { CallCluster = new { Records = new { File = Path.Combine(directory, "calls.jsonl") }, Voicemail = new { Directory = Path.Combine(directory, "voicemail") } } });
        foreach (var (name, text) in new[] { ("own.json", own), ("patch.json", patch) })
        {
            if (text is null) continue;
            var file = Path.Combine(directory, name);
            await File.WriteAllTextAsync(file, text);
            arguments.AddRange(["--config", file]);
        }

        var server = new ServerUnderTest(ChildProcess.Start("dotnet", arguments, directory), new Uri(api!));
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var response = await Http.GetAsync(new Uri(server._api!, "/healthz/ready"));
                if (response.IsSuccessStatusCode) return server;
            }
            catch (HttpRequestException) when (tries < 300 && !server._process.HasExited)
            {
                // Not listening yet.
            }
            if (tries >= 300 || server._process.HasExited) throw new InvalidOperationException($"callcluster is not ready.\n{server._process.Output}");
            await Task.Delay(100);
        }
    }

    public static async Task<ServerUnderTest> Kamailio(BenchTools tools)
    {
        var scratch = Directory.CreateTempSubdirectory("kamailio-bench-").FullName;
        var process = ChildProcess.Start("/usr/sbin/kamailio", ["-f", Path.Combine(tools.Directory, "kamailio", "kamailio.cfg"), "-DD", "-E", "-w", scratch, "-Y", scratch], scratch);
        await Task.Delay(2000);
        return new ServerUnderTest(process);
    }

    public static async Task<ServerUnderTest> RtpEngine(BenchTools tools)
    {
        var process = ChildProcess.Start("/bin/sh", [Path.Combine(tools.Directory, "rtpengine", "run.sh")], Path.GetTempPath());
        await Task.Delay(2000);
        return new ServerUnderTest(process);
    }

    /// <summary>Processor time used so far.</summary>
    public TimeSpan CpuTime()
    {
        using var process = System.Diagnostics.Process.GetProcessById(Id);
        return process.TotalProcessorTime;
    }

    /// <summary>Proportional set size in bytes.</summary>
    public long Memory() => File.ReadLines($"/proc/{Id}/smaps_rollup").Where(line => line.StartsWith("Pss:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024).First();

    public async Task<JsonArray> List(string resource) => (JsonArray)JsonNode.Parse(await Http.GetStringAsync(new Uri(_api!, $"/api/v1/{resource}")))!;

    /// <summary>All samples of /metrics, name with labels to value.</summary>
    public async Task<Dictionary<string, double>> Metrics()
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in (await Http.GetStringAsync(new Uri(_api!, "/metrics"))).Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var end = line.LastIndexOf('}') is >= 0 and var brace ? brace + 1 : line.IndexOf(' ', StringComparison.Ordinal);
            values[line[..end]] = double.Parse(line[end..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
        }
        return values;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
