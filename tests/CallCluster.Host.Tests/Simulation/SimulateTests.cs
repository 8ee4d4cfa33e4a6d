using System.Text.Json.Nodes;
using CallCluster.Host.Simulation;

namespace CallCluster.Host.Tests.Simulation;

/// <summary><c>callcluster simulate</c>.</summary>
public sealed class SimulateTests : IDisposable
{
    private const string Centre = """
        { "CallCluster": {
            "Queues": { "support": { "WrapUp": "00:00:10" }, "sales": { "Steps": [ { "Needs": { "sales": 2 } } ] } },
            "Agents": { "a": { "Contact": "sip:a@127.0.0.1", "Queues": ["support"] }, "b": { "Contact": "sip:b@127.0.0.1", "Queues": ["sales"], "Skills": { "sales": 3 } } } } }
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void More_agents_answer_more_in_time_and_the_least_that_reach_the_target_are_named()
    {
        Assert.Equal(0, Run(new(["support=60"], "00:04:00", "00:02:00", "support=3..8", "80/20", Hours: 4, Runs: 4, Seed: 7)));
        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("support with 3 agents: the estimated wait at arrival was off by [1-9][0-9]* s \\(median\\), [1-9][0-9]* s \\(p90\\)", _output.ToString());
        var levels = Rows(new(["support=60"], "00:04:00", "00:02:00", "support=3..8", "80/20", Hours: 4, Runs: 4, Seed: 7)).ToArray();
        Assert.Equal(6, levels.Length);
        Assert.True(levels[0].ServiceLevel < levels[^1].ServiceLevel, string.Join(' ', levels));
        // Six agents or so carry 4 erlangs and the wrap-up.
        var least = levels.First(row => row.Reached).Agents;
        Assert.InRange(least, 5, 8);
        Assert.Equal($"80 % within 20 s: support needs {least} agents", lines[^1].TrimEnd());
    }

    [Fact]
    public void Erlang_stands_beside_a_queue_to_which_he_applies_and_beside_no_other()
    {
        Run(new(["support=6", "sales=6"], "00:04:00", null, null, null, Hours: 8, Runs: 2, Seed: 1), json: true);
        var rows = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(["support", "sales"], rows.Select(row => (string?)row["queue"]));
        // M/M/1 with a load of 6 calls of 250 s an hour waits rho / (1 - rho) of the handling time.
        Assert.Equal(250 * (6 * 250 / 3600.0) / (1 - (6 * 250 / 3600.0)), (double)rows[0]["erlang"]!["asa"]!, 6);
        Assert.Null(rows[1]["erlang"]);
        Assert.True((double)rows[1]["answered"]! > 0);
    }

    [Fact]
    public void All_that_is_wrong_with_the_arguments_is_told_at_once_with_exit_code_2()
    {
        Assert.Equal(2, Run(new(["support", "billing=3", "support=0"], "4m", "0", "sales=3..2", "80", Hours: 0, Runs: 0, Seed: 1)));
        var lines = _error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["--arrivals", "--arrivals", "--arrivals", "--talk", "--patience", "--agents", "--target", "--hours", "--runs"], lines.Select(line => line.Split(':')[0]));
        Assert.Contains("Queues has no billing, only support, sales", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    private IEnumerable<(int Agents, double ServiceLevel, bool Reached)> Rows(SimulationArguments arguments)
    {
        _output.GetStringBuilder().Clear();
        Run(arguments, json: true);
        foreach (var line in _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var row = JsonNode.Parse(line)!;
            yield return ((int)row["agents"]!, (double)row["serviceLevel"]!["mean"]!, (bool)row["reached"]!);
        }
    }

    private int Run(SimulationArguments arguments, bool json = false) => Simulate.Run([_directory.Write("centre.json", Centre)], arguments, json, _output, _error);
}
