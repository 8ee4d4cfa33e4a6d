namespace CallCluster.EndToEnd.Tests.Architecture;

/// <summary>The analyzer keeps the bans at build time; this keeps the bans.</summary>
public sealed class BannedApisTests
{
    [Theory]
    [InlineData("Grains", "N:System.Net.Sockets")]
    [InlineData("Grains", "P:System.DateTimeOffset.UtcNow")]
    [InlineData("Sip", "P:System.DateTimeOffset.UtcNow")]
    [InlineData("Media", "P:System.DateTimeOffset.UtcNow")]
    [InlineData("Grains", "P:System.DateTime.UtcNow")]
    [InlineData("Sip", "P:System.DateTime.UtcNow")]
    [InlineData("Media", "P:System.DateTime.UtcNow")]
    public void Project_bans(string project, string symbol) =>
        Assert.Contains(File.ReadLines(Path.Combine(Repository.Root, "src", $"CallCluster.{project}", "BannedSymbols.txt")), line => line.StartsWith(symbol + ";", StringComparison.Ordinal));

    [Fact]
    public void Grains_refer_to_no_socket_library() =>
        Assert.DoesNotContain(SolutionAssemblies.All["Grains"].GetReferencedAssemblies(), reference => reference.Name is "System.Net.Sockets" or "CallCluster.Sip" or "CallCluster.Media");
}
