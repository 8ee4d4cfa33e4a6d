using System.Diagnostics;
using System.Threading.Channels;

namespace CallCluster.Host.Demo;

/// <summary>Collects what happens, from any thread and without waiting, and passes it on to the output in order.</summary>
internal sealed class DemoReport : IAsyncDisposable
{
    private readonly IDemoOutput _output;
    private readonly Channel<Action> _lines = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<DemoFinding> _findings = [];
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Task _writing;
    private string _scene = "";

    public DemoReport(IDemoOutput output)
    {
        _output = output;
        _writing = WriteAsync();
    }

    /// <summary>True as long as every expectation was met, and there was one.</summary>
    public bool Passed
    {
        get
        {
            lock (_findings)
                return _findings.Count > 0 && _findings.All(f => f.Met);
        }
    }

    public void Begin(string title) => _lines.Writer.TryWrite(() => _output.Begin(title));

    public void BeginScene(string title)
    {
        _scene = title;
        _lines.Writer.TryWrite(() => _output.BeginScene(title));
    }

    public void Tell(string who, string what)
    {
        var happened = new DemoEvent(Stopwatch.GetElapsedTime(_began), who, what);
        _lines.Writer.TryWrite(() => _output.Tell(happened));
    }

    /// <summary>Notes an expectation; returns whether it was met.</summary>
    public bool Expect(bool met, string expected, string found)
    {
        lock (_findings)
            _findings.Add(new DemoFinding(_scene, expected, found, met));
        if (!met)
            Tell("FAILED", $"{expected}: {found}");
        return met;
    }

    /// <summary>Shows the closing table and waits until all is written.</summary>
    public async Task EndAsync()
    {
        var took = Stopwatch.GetElapsedTime(_began);
        _lines.Writer.TryWrite(() => _output.End([.. _findings], took, Passed));
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteAsync()
    {
        await foreach (var line in _lines.Reader.ReadAllAsync())
            line();
    }
}
