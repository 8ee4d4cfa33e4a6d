using System.Text.Json.Nodes;
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
    public void Check_accepts_the_configurations_in_the_README_as_they_stand()
    {
        using var directory = new TemporaryDirectory();
        var key = directory.Write("cluster.key", "secret");
        var texts = File.ReadAllText(Path.Combine(Repository(), "README.md")).Split("```json\n")[1..].Select(text => text[..text.IndexOf("```", StringComparison.Ordinal)]).ToArray();
        Assert.Equal(2, texts.Length);
        foreach (var text in texts)
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            Check.Run([directory.Write("c.json", text.Replace("/etc/callcluster/cluster.key", key, StringComparison.Ordinal).Replace("/var/lib/callcluster", directory.Root, StringComparison.Ordinal))], output, error);
            Assert.Equal("", error.ToString());
        }
    }

    [Fact]
    public void The_sample_has_every_section_of_this_version()
    {
        var sample = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository(), "deploy", "callcluster.sample.json")))!["CallCluster"]!.AsObject();
        Assert.Equal(OptionsShape.Keys(typeof(CallClusterOptions)).Keys.Order(), sample.Select(section => section.Key).Order());
    }

    [Fact]
    public void Whatever_stands_in_any_place_of_the_sample_is_read_or_refused_and_never_throws()
    {
        using var directory = new TemporaryDirectory();
        var text = File.ReadAllText(Path.Combine(Repository(), "deploy", "callcluster.sample.json"));
        foreach (var path in Places(JsonNode.Parse(text)!, []))
        {
            foreach (var value in (string[])["null", "true", "-1", "1e99", "\"\"", "\"a:b\"", "[]", "[null]", "{}", """{"":[{}]}"""])
            {
                var document = JsonNode.Parse(text)!;
                var parent = path[..^1].Aggregate(document, (node, key) => key is int index ? node[index]! : node[(string)key]!);
                if (path[^1] is int last) parent[last] = JsonNode.Parse(value);
                else parent[(string)path[^1]] = JsonNode.Parse(value);
                var reader = new ConfigurationReader([directory.Write("callcluster.json", document.ToJsonString())], []);
                var fault = Record.Exception(() => reader.Read(out _));
                Assert.True(fault is null, $"{string.Join(':', path)} = {value}: {fault}");
            }
        }
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

    [Theory]
    [InlineData("Recordings", """ "Queues": { "q": { "Record": "Always" } } """, """ "Queues": { "q": {} } """)]
    [InlineData("Voicemail", """ "Voicemail": { "Directory": "DIR", "Boxes": { "b": {} } } """, """ "Voicemail": { "Directory": "DIR" } """)]
    public void A_directory_that_audio_cannot_be_kept_in_is_told_where_it_is_used(string section, string used, string unused)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("file", "not a directory");
        var before = Directory.GetFileSystemEntries(directory.Root).Length;

        var line = Assert.Single(CheckWith(used, $"{file}/sub"));
        Assert.StartsWith($"CallCluster:{section}:Directory: holds \"{file}/sub", line, StringComparison.Ordinal);
        Assert.Contains("create it with rights", line, StringComparison.Ordinal);
        Assert.Single(CheckWith(used, file));
        Assert.Empty(CheckWith(unused, $"{file}/sub"));
        Assert.Empty(CheckWith(used, Path.Combine(directory.Root, "new", "deep")));
        Assert.Empty(CheckWith(used, directory.Root));

        File.Delete(Path.Combine(directory.Root, "c.json"));
        Assert.Equal(before, Directory.GetFileSystemEntries(directory.Root, "*", SearchOption.AllDirectories).Length);
        Assert.True(File.Exists(file));

        string[] CheckWith(string sections, string audio)
        {
            using var error = new StringWriter();
            if (section == "Recordings") sections += """, "Recordings": { "Directory": "DIR" }""";
            var text = $$"""{ "CallCluster": { {{sections.Replace("DIR", audio, StringComparison.Ordinal)}} } }""";
            Check.Run([directory.Write("c.json", text)], TextWriter.Null, error);
            return error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    private static IEnumerable<object[]> Places(JsonNode node, object[] path)
    {
        var inner = node switch
        {
            JsonObject section => section.Select(entry => ((object)entry.Key, entry.Value)),
            JsonArray array => array.Select((item, index) => ((object)index, item)),
            _ => [],
        };
        foreach (var (key, value) in inner)
        {
            object[] place = [.. path, key];
            yield return place;
            if (value is null) continue;
            foreach (var deeper in Places(value, place)) yield return deeper;
        }
    }

    private static string Repository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "CallCluster.sln"))) directory = directory.Parent;
        return directory.FullName;
    }
}
