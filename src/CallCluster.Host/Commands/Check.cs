using CallCluster.Host.Configuration;

namespace CallCluster.Host.Commands;

/// <summary><c>callcluster check</c>.</summary>
internal static class Check
{
    public const int BadConfiguration = 2;

    /// <summary>Prints OK, or each error on a line of its own.</summary>
    public static int Run(IReadOnlyList<string> files, TextWriter output, TextWriter error)
    {
        var options = ConfigurationReader.WithEnvironment(files).Read(out var errors);
        AudioDirectories.Check(options, errors);
        OutboxDirectory.Check(options, errors);
        if (errors.Any) return Refuse(errors, error);
        output.WriteLine("OK");
        return 0;
    }

    /// <summary>Tells the errors; returns the exit code.</summary>
    public static int Refuse(ConfigurationErrors errors, TextWriter error)
    {
        foreach (var line in errors.Lines) error.WriteLine(line);
        return BadConfiguration;
    }
}
