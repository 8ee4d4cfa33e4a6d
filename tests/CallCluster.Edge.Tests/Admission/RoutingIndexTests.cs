using System.Net;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Admission;

namespace CallCluster.Edge.Tests.Admission;

public sealed class RoutingIndexTests
{
    private readonly RoutingIndex _index = new(new RoutingOptions
    {
        Trunks = new Dictionary<string, TrunkOptions>
        {
            ["lab"] = new() { AllowFrom = ["192.0.2.7", "2001:db8::/32"], AllowCertificates = ["lab.example"] },
            ["carrier"] = new() { AllowFrom = ["192.0.2.0/24"], Username = "cc", AllowCertificates = ["SBC.carrier.example", "*.hoster.example"] },
        },
        Numbers = new Dictionary<string, string> { ["+15550100"] = "flow:main", ["support"] = "queue:support" },
        Queues = new Dictionary<string, QueueOptions> { ["sales"] = new() },
        Agents = new Dictionary<string, AgentOptions> { ["alice"] = new() { Username = "al" } },
        Outbound = new OutboundOptions { Allow = ["+1", "partner.example"] },
    });

    [Theory]
    [InlineData("sip:+15550199@callcluster.local", "tel:+15550199")]
    [InlineData("sip:+15550199@192.0.2.1;user=phone", "tel:+15550199")]
    [InlineData("tel:+15550199", "tel:+15550199")]
    [InlineData("sip:desk@Partner.Example:5070;transport=tcp?Replaces=x", "sip:desk@Partner.Example:5070")]
    [InlineData("sip:desk@elsewhere.example", null)]
    [InlineData("sip:+1555%3b0199@callcluster.local", null)]
    [InlineData("sip:callcluster.local", null)]
    public void What_an_agent_dials_is_a_number_or_a_URI_in_an_allowed_domain(string dialled, string? destination) =>
        Assert.Equal(destination, _index.OutboundOf(Sip.Uris.SipUri.Parse(dialled))?.ToString());

    [Theory]
    [InlineData("192.0.2.7", "lab")]
    [InlineData("192.0.2.8", "carrier")]
    [InlineData("::ffff:192.0.2.8", "carrier")]
    [InlineData("2001:db8::1", "lab")]
    [InlineData("198.51.100.1", null)]
    public void The_first_trunk_that_allows_the_address_is_taken(string source, string? trunk) => Assert.Equal(trunk, _index.TrunkOf(IPAddress.Parse(source)));

    [Theory]
    [InlineData("lab.example", "lab")]
    [InlineData("other.example sbc.carrier.example lab.example", "lab")]
    [InlineData("other.example sbc.carrier.example", "carrier")]
    [InlineData("*.hoster.example", "carrier")]
    [InlineData("other.hoster.example", null)] // the wildcard is the certificate's to have
    [InlineData("*.carrier.example", null)]
    [InlineData("carrier.example", null)]
    [InlineData("", null)]
    public void The_first_trunk_that_has_a_name_of_the_certificate_is_taken(string names, string? trunk) =>
        Assert.Equal(trunk, _index.TrunkOf(names.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData("+15550100", false, "flow:main")]
    [InlineData("15550100", false, "flow:main")]
    [InlineData("support", false, "queue:support")]
    [InlineData("sales", false, null)]
    [InlineData("sales", true, "queue:sales")]
    [InlineData("alice", false, null)]
    [InlineData("alice", true, "agent:alice")]
    public void Only_agents_may_dial_what_is_not_in_numbers(string dialled, bool byAgent, string? destination) =>
        Assert.Equal(destination, _index.DestinationOf(dialled, byAgent, null));

    [Fact]
    public void Users_are_told_apart()
    {
        Assert.Equal("alice", _index.AgentOf("al"));
        Assert.Equal("carrier", _index.TrunkOf("cc"));
        Assert.Null(_index.AgentOf("cc"));
        Assert.True(_index.AnyCredentials);
    }
}
