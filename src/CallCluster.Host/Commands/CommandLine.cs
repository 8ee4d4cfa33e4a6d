using System.CommandLine;
using CallCluster.Host.Cluster;
using CallCluster.Host.Demo;

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

    private static RootCommand Root() => new("CallCluster: takes calls, finds the right agent, loses none.") { RunCommand(), CheckCommand(), DemoCommand() };

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

    private static Option<string[]> ConfigurationFiles(bool required) => new("--config", "-c")
    {
        Description = "A JSON file; may be given several times, each changing those before it (RFC 7396).",
        HelpName = "FILE",
        Required = required,
    };
}
