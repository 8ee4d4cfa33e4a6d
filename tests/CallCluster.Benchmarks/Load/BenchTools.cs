using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CallCluster.Benchmarks.Load;

/// <summary>The scripts and programs of the folder bench: sipp scenarios driven by Python, and rtpload, compiled here.</summary>
internal sealed class BenchTools
{
    private BenchTools(string directory) => Directory = directory;

    public string Directory { get; }

    /// <summary>The checkout's root.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory, "CallCluster.sln");

    /// <summary>CALLCLUSTER_BENCH, else shared/bench beside or above the checkout.</summary>
    /// <exception cref="DirectoryNotFoundException">It is in neither place.</exception>
    public static BenchTools Find() =>
        new(Environment.GetEnvironmentVariable("CALLCLUSTER_BENCH") ?? Path.Combine(Above(Root, "shared/bench"), "shared", "bench"));

    /// <summary>Compiles rtpload and returns its path.</summary>
    public string BuildRtpLoad()
    {
        var program = Path.Combine(Path.GetTempPath(), $"rtpload-{Environment.ProcessId}");
        Run("cc", ["-O2", "-o", program, Path.Combine(Directory, "rtpload.c")]);
        return program;
    }

    /// <summary>Runs a Python script of the folder; the JSON values that it printed.</summary>
    public List<JsonNode> Script(string script, string arguments, string? rtpLoad = null) =>
        Json(Run("python3", [Path.Combine(Directory, script), .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)], rtpLoad));

    /// <summary>Runs a program to its end and returns its output.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Run(string program, IEnumerable<string> arguments, string? rtpLoad = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        if (rtpLoad is not null) start.Environment["RTPLOAD"] = rtpLoad;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}.\n{output}");
    }

    public static List<JsonNode> Json(string text)
    {
        var values = new List<JsonNode>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read()) values.Add(JsonNode.Parse(ref reader)!);
        return values;
    }

    private static string Above(string start, string name)
    {
        for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
            if (Path.Exists(Path.Combine(directory.FullName, name))) return directory.FullName;
        throw new DirectoryNotFoundException($"{name} is in no directory above {start}.");
    }
}
