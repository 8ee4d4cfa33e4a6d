using System.CommandLine;
using CallCluster.Host.Cluster;
using CallCluster.Host.Demo;
using CallCluster.Host.Simulation;

namespace CallCluster.Host.Commands;

/// <summary>The command line of DESIGN section 7.</summary>
internal static class CommandLine
{
    public static Task<int> Invoke(string[] args)
    {
        // Signals are RunCommand's: SIGTERM drains for as long as calls last, which the library's two seconds would cut short.
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
        return Root().Parse(args).InvokeAsync(invocation);
    }

    private static RootCommand Root() => new("CallCluster: takes calls, finds the right agent, loses none.") { RunCommand(), CheckCommand(), SimulateCommand(), DemoCommand() };

    private static Command RunCommand()
    {
        var role = new Option<Role>("--role")
        {
            Description = "all: edge and silo in one process; edge: SIP and RTP; silo: the grains.",
            HelpName = "all|edge|silo",
            DefaultValueFactory = _ => Role.All,
        };
        var files = ConfigurationFiles(required: false);
        var command = new Command("run", "Runs until SIGTERM (drains first) or SIGINT (stops now).") { role, files };
        command.SetAction(result => Run.InRole(result.GetValue(role), result.GetValue(files) ?? []));
        return command;
    }

    private static Command DemoCommand()
    {
        var json = new Option<bool>("--json") { Description = "Prints the timeline and the closing table as JSON lines." };
        var command = new Command("demo", "Plays a day of a contact centre in one minute, with real SIP and RTP on loopback.") { json };
        command.SetAction((result, cancellationToken) =>
            DemoRun.PlayAsync(result.GetValue(json) ? new JsonDemoOutput(Console.Out) : ConsoleDemoOutput.ToStandardOutput(), new DemoOptions(), cancellationToken));
        return command;
    }

    private static Command CheckCommand()
    {
        var files = ConfigurationFiles(required: true);
        var command = new Command("check", "Reads a configuration and tells all that is wrong with it; exit code 2 if anything is.") { files };
        command.SetAction(result => Check.Run(result.GetValue(files)!, Console.Out, Console.Error));
        return command;
    }

    private static Command SimulateCommand()
    {
        var files = ConfigurationFiles(required: true);
        var arrivals = new Option<string[]>("--arrivals") { Description = "Calls an hour, at random (Poisson); once for each queue.", HelpName = "QUEUE=CALLS", Required = true };
        var talk = new Option<string>("--talk") { Description = "Mean talk time, exponential; wrap-up is the queue's.", HelpName = "HH:MM:SS", DefaultValueFactory = _ => "00:04:00" };
        var patience = new Option<string?>("--patience") { Description = "Mean time after which a caller hangs up, exponential; without it nobody does.", HelpName = "HH:MM:SS" };
        var agents = new Option<string?>("--agents") { Description = "Tries other numbers of agents in one queue, with the skills of those who are configured in turn.", HelpName = "QUEUE=FROM..TO" };
        var target = new Option<string?>("--target") { Description = "With --agents: finds the least number that answers so many percent within so many seconds.", HelpName = "PERCENT/SECONDS" };
        var hours = new Option<int>("--hours") { Description = "Length of a day; it begins on a Monday at 09:00 UTC.", DefaultValueFactory = _ => 8 };
        var runs = new Option<int>("--runs") { Description = "Days that are played, each with other callers.", DefaultValueFactory = _ => 10 };
        var seed = new Option<int>("--seed") { Description = "The first day's seed: the same plays the same.", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Prints JSON lines." };
        var command = new Command("simulate", "Plays days of a contact centre in virtual time, by the routing itself, and tells waits and service level.") { files, arrivals, talk, patience, agents, target, hours, runs, seed, json };
        command.SetAction(result => Simulate.Run(
            result.GetValue(files)!,
            new SimulationArguments(result.GetValue(arrivals)!, result.GetValue(talk)!, result.GetValue(patience), result.GetValue(agents), result.GetValue(target), result.GetValue(hours), result.GetValue(runs), result.GetValue(seed)),
            result.GetValue(json),
            Console.Out,
            Console.Error));
        return command;
    }

    private static Option<string[]> ConfigurationFiles(bool required) => new("--config", "-c")
    {
        Description = "A JSON file; may be given several times, each changing those before it (RFC 7396).",
        HelpName = "FILE",
        Required = required,
    };
}
