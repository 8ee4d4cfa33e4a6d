using System.CommandLine;

namespace CallCluster.Host.Commands;

/// <summary>The command line of DESIGN section 7.</summary>
internal static class CommandLine
{
    public static Task<int> Run(string[] args)
    {
        // Signals are RunCommand's: SIGTERM drains for as long as calls last, which the library's two seconds would cut short.
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
        return Root().Parse(args).InvokeAsync(invocation);
    }

    private static RootCommand Root() => new("CallCluster: takes calls, finds the right agent, loses none.") { CheckCommand() };

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
