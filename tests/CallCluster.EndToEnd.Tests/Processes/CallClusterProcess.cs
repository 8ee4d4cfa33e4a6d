using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace CallCluster.EndToEnd.Tests.Processes;

/// <summary>The built program, run as its users run it and seen only from outside: SIP, RTP, HTTP, signals, files, log.</summary>
public sealed class CallClusterProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _http;
    private readonly bool _hasEdge;

    private CallClusterProcess(ChildProcess process, CallClusterConfiguration configuration, bool hasEdge)
    {
        (_process, Configuration, _hasEdge) = (process, configuration, hasEdge);
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{configuration.ApiPort}"), Timeout = TimeSpan.FromSeconds(5) };
    }

    public CallClusterConfiguration Configuration { get; }

    public int SipPort => Configuration.SipPort;

    public string Log => _process.Output;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a process and waits until it is ready for calls.</summary>
    /// <param name="configuration">Its configuration.</param>
    /// <param name="role">all, edge or silo.</param>
    /// <param name="shellPrefix">Shell commands to run before the program takes the shell's place, such as limits.</param>
    /// <param name="environment">Further environment variables.</param>
    public static async Task<CallClusterProcess> Start(CallClusterConfiguration configuration, string role = "all", string? shellPrefix = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "callcluster.dll");
        var file = configuration.Write();
        string[] command = ["dotnet", program, "run", "--role", role, "--config", file];
        string[] arguments = shellPrefix is null ? command[1..] : ["-c", $"{shellPrefix}; exec \"$@\"", "sh", .. command];
        var child = ChildProcess.Start(shellPrefix is null ? "dotnet" : "/bin/sh", arguments, Path.GetDirectoryName(file)!, environment);
        var process = new CallClusterProcess(child, configuration, role != "silo");
        try
        {
            await Eventually.Becomes(process.IsReady, ready => ready, $"{role} ready", TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException e)
        {
            await process.DisposeAsync();
            throw new InvalidOperationException($"{e.Message}\n{child.Output}", e);
        }
        return process;
    }

    /// <summary>A resource below /api/v1, such as "calls".</summary>
    public async Task<JsonNode> Get(string resource) => (await _http.GetFromJsonAsync<JsonNode>($"/api/v1/{resource}"))!;

    public Task<byte[]> GetBytes(string resource) => _http.GetByteArrayAsync($"/api/v1/{resource}");

    public async Task<JsonNode> Put(string resource, object body)
    {
        using var response = await _http.PutAsJsonAsync($"/api/v1/{resource}", body);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    public async Task<JsonNode> Post(string resource, object body)
    {
        using var response = await _http.PostAsJsonAsync($"/api/v1/{resource}", body);
        Assert.True(response.IsSuccessStatusCode, $"POST {resource}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    public async Task Delete(string resource)
    {
        using var response = await _http.DeleteAsync(new Uri($"/api/v1/{resource}", UriKind.Relative));
        response.EnsureSuccessStatusCode();
    }

    /// <summary>A list below /api/v1.</summary>
    public async Task<JsonArray> List(string resource) => (JsonArray)await Get(resource);

    /// <summary>The sum of a metric over all of its labels, or over those that hold <paramref name="label"/>; 0 when nothing was counted yet.</summary>
    public async Task<double> Metric(string name, string label = "")
    {
        var text = await _http.GetStringAsync("/metrics");
        return text.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{' && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture));
    }

    public Task<string> Metrics() => _http.GetStringAsync("/metrics");

    /// <summary>
    /// Waits until nothing of any call is left: no call, no agent busy, no channel, no media port in use. Asked of an edge itself, not of its EdgeGrain, which knows three seconds later: what
    /// heartbeats tell is seen where a silo is asked.
    /// </summary>
    public async Task IsIdle()
    {
        await Eventually.Becomes(() => List("calls"), calls => calls.Count == 0, "no call left");
        await Eventually.Becomes(() => List("trunks"), trunks => trunks.All(trunk => (int)trunk!["channels"]! == 0), "no channel left");
        await Eventually.Becomes(() => List("agents"), agents => agents.All(agent => ((JsonArray)agent!["calls"]!).Count == 0), "no agent busy");
        await Eventually.Becomes(() => List("queues"), queues => queues.All(queue => (int)queue!["waiting"]! == 0), "nobody waiting");
        if (_hasEdge) await Eventually.Becomes(async () => (await Level("callcluster_edge_calls_active"), await Level("callcluster_media_streams")), left => left == (0, 0), "no call or port on this edge");
        else await Eventually.Becomes(() => List("edges"), edges => edges.All(edge => (int)edge!["calls"]! == 0 && (int)edge["portsInUse"]! == 0), "no call or port on an edge", TimeSpan.FromSeconds(45));
    }

    /// <summary>A metric that is always there; not a number, and so nothing that a test waits for, when it is not.</summary>
    private async Task<double> Level(string name) => (await Metrics()).Contains($"\n{name}{{", StringComparison.Ordinal) ? await Metric(name) : double.NaN;

    public void Signal(UnixSignal signal) => _process.Signal(signal);

    public Task<int> WaitForExit(TimeSpan timeout) => _process.WaitForExit(timeout);

    public Task<string> WaitForLog(string contains, TimeSpan timeout) => _process.WaitForLine(contains, timeout);

    /// <summary>Waits for as many records as there were calls; returns them.</summary>
    public Task<JsonNode[]> Records(int count) =>
        Eventually.Becomes(() => Task.FromResult(Configuration.Records()), records => records.Length >= count, $"{count} call detail records");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"Log of the callcluster at {SipPort}:\n{_process.Output}");
    }

    private async Task<bool> IsReady()
    {
        if (_process.HasExited) throw new TimeoutException($"callcluster ended with {_process.ExitCode}");
        using var response = await _http.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
        return response.StatusCode == HttpStatusCode.OK;
    }
}
