using CallCluster.Host.Configuration;

namespace CallCluster.Host.Tests.Configuration;

public sealed class LaterKeysTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    // What the reference configuration has and this version has not: refused by name, one by one.
    [Theory]
    [InlineData("AI", """{"AI":{"Service":"AzureOpenAI"}}""")]
    [InlineData("Media:Codecs:1", """{"Media":{"Codecs":["PCMU","OPUS"]}}""")]
    [InlineData("Flows:f:Intents", """{"Flows":{"f":{"Default":"hangup:480","Intents":{}}}}""")]
    [InlineData("Flows:f:Fallback", """{"Flows":{"f":{"Default":"hangup:480","Fallback":"hangup:480"}}}""")]
    [InlineData("Flows:f:Default", """{"Flows":{"f":{"Default":"ai:receptionist"}}}""")]
    [InlineData("Queues:q:Overflow:0:To", """{"Queues":{"q":{"Overflow":[{"When":"NoAgents","To":"ai:q"}]}}}""")]
    public void Is_refused_as_not_yet_supported(string key, string section)
    {
        _directory.Write("k", "secret");
        var file = _directory.Write("callcluster.json", $$"""{"CallCluster":{{section}}}""");
        new ConfigurationReader([file], []).Read(out var errors);
        var line = Assert.Single(errors.Lines);
        Assert.StartsWith($"CallCluster:{key}: ", line, StringComparison.Ordinal);
        Assert.Contains("not yet supported", line, StringComparison.Ordinal);
    }
}
