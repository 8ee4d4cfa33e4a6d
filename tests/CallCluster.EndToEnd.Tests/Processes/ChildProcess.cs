using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace CallCluster.EndToEnd.Tests.Processes;

/// <summary>A program started by a test: output kept, waits bounded, ended by its own process id when disposed, and by the kernel when the tests are cut off.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    // What setpriv asks of the kernel holds for the thread that starts the program, and one of the pool may end at any time: so one that never ends starts them all.
    private static readonly BlockingCollection<Action> s_starts = [];
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Lock _gate = new();
    private readonly List<(Func<string, bool> Matches, TaskCompletionSource<string> Seen)> _watches = [];

    static ChildProcess() => new Thread(() =>
    {
        foreach (var start in s_starts.GetConsumingEnumerable()) start();
    })
    { IsBackground = true, Name = "Starts programs" }.Start();

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Standard output and error so far.</summary>
    public string Output { get { lock (_gate) return _output.ToString(); } }

    public static ChildProcess Start(string file, IEnumerable<string> arguments, string workingDirectory, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("setpriv")
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in (string[])["--pdeathsig", "KILL", "--", file, .. arguments]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var child = new ChildProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        child._process.OutputDataReceived += (_, line) => child.Append(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Append(line.Data);
        var started = new TaskCompletionSource();
        s_starts.Add(() =>
        {
            try
            {
                child._process.Start();
                started.SetResult();
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        started.Task.GetAwaiter().GetResult();
        child._process.StandardInput.Close();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits for a line of output, past ones included.</summary>
    /// <exception cref="TimeoutException">No such line came in time.</exception>
    public async Task<string> WaitForLine(string contains, TimeSpan timeout)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            foreach (var line in _output.ToString().Split('\n'))
                if (line.Contains(contains, StringComparison.Ordinal)) return line;
            _watches.Add((line => line.Contains(contains, StringComparison.Ordinal), seen));
        }
        try
        {
            return await seen.Task.WaitAsync(timeout);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"'{contains}' was not said within {timeout}. Output:\n{Output}");
        }
    }

    /// <summary>Waits for the end of the program; returns its exit code.</summary>
    /// <exception cref="TimeoutException">It still runs.</exception>
    public async Task<int> WaitForExit(TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_process.StartInfo.ArgumentList[3]} still runs after {timeout}. Output:\n{Output}");
        }
        return _process.ExitCode;
    }

    public void Signal(UnixSignal signal) => UnixSignals.Send(_process.Id, signal);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal(UnixSignal.Interrupt);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                // With its children: Kamailio's workers may hang on the way out, and hold the pipe whose end is waited for.
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }
        _process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is null) return;
        lock (_gate)
        {
            _output.Append(line).Append('\n');
            foreach (var (matches, seen) in _watches)
                if (matches(line)) seen.TrySetResult(line);
        }
    }
}
