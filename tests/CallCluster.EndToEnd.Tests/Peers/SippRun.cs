using System.Globalization;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>One run of sipp with a scenario from the folder Scenarios, as caller (a trunk) or as called party (agents).</summary>
public sealed class SippRun : IAsyncDisposable
{
    /// <summary>For runs over a bad network: a message that comes twice or late, such as 180 after 200, does not end the call.</summary>
    public static readonly string[] Tolerant = ["-default_behaviors", "all,-abortunexp"];

    private readonly ChildProcess _process;
    private readonly string _directory;

    private SippRun(ChildProcess process, string directory, int port) => (_process, _directory, Port) = (process, directory, port);

    /// <summary>Its SIP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>What the scenario's log actions wrote, one entry a line.</summary>
    public string[] LogLines => ReadLines("messages.log");

    /// <summary>Unexpected messages and time-outs, as sipp tells them.</summary>
    public string Errors => string.Join('\n', ReadLines("errors.log"));

    /// <summary>Starts sipp towards <paramref name="remotePort"/> of this machine.</summary>
    /// <param name="scratch">Where its files go.</param>
    /// <param name="scenario">Name of a file in Scenarios, without .xml.</param>
    /// <param name="remotePort">Where requests are sent to; a called party needs one too but does not use it.</param>
    /// <param name="calls">Calls after which it ends by itself; null: never.</param>
    /// <param name="options">Further options of sipp.</param>
    /// <param name="rows">A line for each call, for the scenario's [fieldN].</param>
    /// <param name="port">Its own port; null for any that is free.</param>
    /// <param name="host">127.0.0.1 or ::1, on both sides.</param>
    public static SippRun Start(ScratchDirectory scratch, string scenario, int remotePort, int? calls = null, IEnumerable<string>? options = null, IEnumerable<string>? rows = null, int? port = null,
        string host = "127.0.0.1")
    {
        var own = port ?? FreePorts.One();
        var directory = scratch.Folder($"sipp-{scenario}-{own}");
        List<string> arguments =
        [
            host == "::1" ? $"[::1]:{remotePort}" : $"{host}:{remotePort}", "-sf", Path.Combine(AppContext.BaseDirectory, "Scenarios", $"{scenario}.xml"), "-i", host, "-p", $"{own}", "-nostdin",
            "-trace_err", "-error_file", "errors.log", "-trace_logs", "-log_file", "messages.log", "-trace_stat", "-stf", "statistics.csv", "-fd", "1", "-trace_counts",
        ];
        if (calls is not null) arguments.AddRange(["-m", $"{calls}"]);
        if (rows is not null)
        {
            File.WriteAllLines(Path.Combine(directory, "rows.csv"), rows.Prepend("SEQUENTIAL"));
            arguments.AddRange(["-inf", "rows.csv"]);
        }
        arguments.AddRange(options ?? []);
        return new SippRun(ChildProcess.Start(DebianProgram.Find("sipp", "sip-tester"), arguments, directory), directory, own);
    }

    /// <summary>Waits until all of its calls are over.</summary>
    public async Task<SippResult> Finished(TimeSpan timeout)
    {
        var code = await _process.WaitForExit(timeout);
        return Result(code);
    }

    /// <summary>Waits until it has logged a line with all of these in it: what the other side did may be over before it has read of it.</summary>
    public Task Says(params string[] parts) => Eventually.Becomes(() => Task.FromResult(LogLines), lines => lines.Any(line => parts.All(part => line.Contains(part, StringComparison.Ordinal))),
        $"sipp logs '{string.Join("' and '", parts)}'");

    /// <summary>Waits until all of its calls are over, each of which must have gone as the scenario says.</summary>
    public async Task Succeeded(TimeSpan timeout)
    {
        var result = await Finished(timeout);
        Assert.True(result is { ExitCode: 0, Calls: > 0, Failed: 0 } && result.Successful == result.Calls, $"{result}");
    }

    /// <summary>Ends a run without a number of calls, letting calls in progress finish first.</summary>
    public async Task<SippResult> Stop()
    {
        _process.Signal(UnixSignal.User1);
        return await Finished(TimeSpan.FromSeconds(15));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private SippResult Result(int code)
    {
        var lines = ReadLines("statistics.csv");
        if (lines.Length < 2) throw new InvalidOperationException($"sipp ended with {code} and no statistics. Output:\n{_process.Output}\n{Errors}");
        var names = lines[0].Split(';');
        var values = lines[^1].Split(';');
        int Value(string name) => int.Parse(values[Array.IndexOf(names, name)], CultureInfo.InvariantCulture);
        return new SippResult(code, Value("TotalCallCreated"), Value("SuccessfulCall(C)"), Value("FailedCall(C)"), Value("Retransmissions(C)"), Errors);
    }

    private string[] ReadLines(string name)
    {
        var path = Path.Combine(_directory, name);
        if (!File.Exists(path)) return [];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
