using System.Text.Json;
using CallCluster.Host.Demo;

namespace CallCluster.Host.Tests.Demo;

/// <summary>The demo as it is run by users, in this process, on real SIP and RTP.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task The_day_is_played_every_expectation_is_met_and_the_exit_code_is_0()
    {
        var (exitCode, lines) = await PlayAsync(new DemoOptions());
        var findings = lines.Where(l => Type(l) == "finding").ToArray();
        Assert.All(findings, f => Assert.True(f.GetProperty("met").GetBoolean(), f.ToString()));
        Assert.Equal(0, exitCode);
        Assert.Contains(findings, f => f.GetProperty("expected").GetString() == "Alice hears what Ann says");
        Assert.Contains(findings, f => f.GetProperty("expected").GetString() == "Cem is the next to be served");
        Assert.Contains(findings, f => f.GetProperty("expected").GetString() == "the message in the file is what Dee said");
        Assert.Equal("begin", Type(lines[0]));
        Assert.Equal("end", Type(lines[^1]));
        Assert.True(lines[^1].GetProperty("passed").GetBoolean());
        Assert.Equal(["Opening", "Morning: a key, and the best skilled agent", "Noon: two wait in line", "Evening: nobody there, a voicemail", "Closing"],
            lines.Where(l => Type(l) == "scene").Select(l => l.GetProperty("title").GetString()));
    }

    [Fact]
    public async Task Speech_with_a_hole_of_a_quarter_second_fails_the_demo()
    {
        var (exitCode, lines) = await PlayAsync(new DemoOptions { Line = samples => [.. samples[..8000], .. new short[2000], .. samples[10_000..]] });
        Assert.Equal(1, exitCode);
        Assert.False(lines[^1].GetProperty("passed").GetBoolean());
        Assert.Equal(["Alice hears what Ann says", "Ann hears what Alice says"],
            lines.Where(l => Type(l) == "finding" && !l.GetProperty("met").GetBoolean()).Select(l => l.GetProperty("expected").GetString()).Order(StringComparer.Ordinal));
    }

    private static async Task<(int ExitCode, JsonElement[] Lines)> PlayAsync(DemoOptions options)
    {
        using var written = new StringWriter();
        var exitCode = await DemoRun.PlayAsync(new JsonDemoOutput(written), options, TestContext.Current.CancellationToken);
        return (exitCode, [.. written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)]);
    }

    private static string? Type(JsonElement line) => line.GetProperty("type").GetString();
}
