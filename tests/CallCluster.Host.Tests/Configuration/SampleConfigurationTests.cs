using CallCluster.Host.Commands;
using CallCluster.Host.Configuration;

namespace CallCluster.Host.Tests.Configuration;

public class SampleConfigurationTests
{
    [Theory]
    [InlineData("callcluster.sample.json")]
    [InlineData("bench.json")]
    public void Check_accepts_the_files_in_deploy_as_they_stand(string name)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(0, Check.Run([Path.Combine(Repository(), "deploy", name)], output, error));
        Assert.Equal("OK", output.ToString().Trim());
        Assert.Equal("", error.ToString());
    }

    [Fact]
    public void The_sample_names_every_key_of_this_version_but_the_tuning()
    {
        var sample = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(Repository(), "deploy", "callcluster.sample.json")))!["CallCluster"]!.AsObject();
        Assert.Equal(OptionsShape.Keys(typeof(CallClusterOptions)).Keys.Order(), sample.Select(section => section.Key).Order());
    }

    [Fact]
    public void Check_prints_each_error_and_exits_with_2()
    {
        using var directory = new TemporaryDirectory();
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(2, Check.Run([directory.Write("c.json", """{"CallCluster":{"A":1,"B":2}}""")], output, error));
        Assert.Equal("", output.ToString());
        Assert.Equal(2, error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static string Repository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "CallCluster.sln"))) directory = directory.Parent;
        return directory.FullName;
    }
}
