namespace CallCluster.EndToEnd.Tests.Architecture;

/// <summary>Who may know whom (DESIGN section 3), read from what the compiled assemblies refer to.</summary>
public sealed class ProjectReferencesTests
{
    /// <summary>Project, the projects it may know, and the beginnings of the names of libraries it may know beside the framework.</summary>
    public static TheoryData<string, string[], string[]> Arrows => new()
    {
        { "Sip", [], ["DnsClient"] },
        { "Media", [], ["BouncyCastle"] },
        { "Contracts", [], ["Orleans"] },
        { "Grains", ["Contracts"], ["Orleans"] },
        { "Edge", ["Sip", "Media", "Contracts"], ["Orleans", "PhoneNumbers"] },
        { "Phone", ["Sip", "Media"], [] },
        { "Host", ["Sip", "Media", "Contracts", "Grains", "Edge", "Phone"], ["Orleans", "OpenTelemetry", "StackExchange.Redis", "Spectre.Console", "Microsoft"] },
    };

    private static readonly string[] Everywhere = ["System", "netstandard", "mscorlib", "Microsoft.Win32", "Microsoft.Extensions.Logging", "Microsoft.Extensions.Options",
        "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Diagnostics"];

    [Theory]
    [MemberData(nameof(Arrows))]
    public void Knows_only_those_below_it(string project, string[] projects, string[] libraries)
    {
        string[] allowed = [.. Everywhere, .. libraries, .. projects.Select(name => $"CallCluster.{name}")];

        var stray = SolutionAssemblies.All[project].GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => !allowed.Any(prefix => name == prefix || name.StartsWith(prefix + ".", StringComparison.Ordinal)));

        Assert.Empty(stray);
    }

    [Theory]
    [MemberData(nameof(Arrows))]
    public void Project_file_asks_for_no_more(string project, string[] projects, string[] libraries)
    {
        _ = libraries;
        var file = System.Xml.Linq.XDocument.Load(Path.Combine(Repository.Root, "src", $"CallCluster.{project}", $"CallCluster.{project}.csproj"));

        var stray = file.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!))
            .Except(projects.Select(name => $"CallCluster.{name}"));

        Assert.Empty(stray);
    }

    [Fact]
    public void Every_project_of_src_has_its_arrows_here() =>
        Assert.Equal(Arrows.Select(row => $"CallCluster.{row.Data.Item1}").Order(), Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(path => Path.GetFileName(path)).Order());
}
