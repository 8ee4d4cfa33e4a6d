using CallCluster.Host.Demo;
using Spectre.Console;

namespace CallCluster.Host.Tests.Demo;

public sealed class DemoOutputTests
{
    [Fact]
    public async Task Without_a_terminal_the_timeline_is_plain_text()
    {
        using var written = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(written) });
        console.Profile.Width = 140;
        await using (var report = new DemoReport(new ConsoleDemoOutput(console)))
        {
            report.Begin("A day");
            report.BeginScene("Morning");
            report.Tell("Ann", "hears [brackets]");
            report.Expect(true, "one", "1");
            report.Expect(false, "two [2]", "none");
            await report.EndAsync();
        }

        var text = written.ToString();
        Assert.DoesNotContain('\u001b', text);
        Assert.Matches(@" +\d+\.\d s  Ann         hears \[brackets\]", text);
        Assert.Matches(@"FAILED \|   two \[2\]", text);
        Assert.Matches(@"\| Morning +\|", text);
        Assert.Contains("1 of 2 expectations failed", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_without_any_expectation_has_not_passed()
    {
        using var written = new StringWriter();
        await using var report = new DemoReport(new JsonDemoOutput(written));
        Assert.False(report.Passed);
        report.Expect(true, "one", "1");
        Assert.True(report.Passed);
        report.Expect(false, "two", "1");
        Assert.False(report.Passed);
        await report.EndAsync();
        Assert.Contains("\"failed\":1", written.ToString(), StringComparison.Ordinal);
    }
}
