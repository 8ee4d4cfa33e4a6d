using System.Net;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Tests.Support;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Tests.Admission;

public sealed class RedirectTargetsTests
{
    private static readonly IPAddress From = IPAddress.Parse("192.0.2.7");

    [Theory]
    [InlineData("sip:alice@192.0.2.7", "sip:+900@192.0.2.7:5070", "sip:+900@192.0.2.7:5070")]
    [InlineData("sip:alice@192.0.2.7", "sip:+900@198.51.100.1", null)]
    [InlineData("sip:alice@192.0.2.7", "sip:+900@192.0.2.7;maddr=198.51.100.1", null)]
    [InlineData("sip:alice@192.0.2.7", "sip:6000@192.0.2.7;maddr=127.0.0.1", null)]
    [InlineData("sip:alice@192.0.2.7;transport=tls", "sip:bob@192.0.2.7", "sip:bob@192.0.2.7;transport=tls")]
    [InlineData("sip:alice@192.0.2.7;transport=tls", "sip:bob@192.0.2.7;transport=udp", null)]
    [InlineData("sip:alice@192.0.2.7;transport=tls", "sips:bob@192.0.2.7", "sips:bob@192.0.2.7")]
    public async Task A_phone_redirects_to_its_own_host_and_no_less_safely(string phone, string contact, string? followed)
    {
        await using var bench = await EdgeBench.Start();
        Assert.Equal(followed, bench.Edge.Redirects.ForAgent("alice", Contact(phone, contact))?.Target.ToString());
    }

    [Theory]
    [InlineData("bob", "sip:alice@calls.example", "agent:alice")]
    [InlineData("bob", "sip:6000@CALLS.example;user=phone", "agent:alice")]
    [InlineData("alice", "sip:alice@calls.example", null)]
    [InlineData("alice", "sip:6000@calls.example", null)]
    [InlineData("bob", "sip:nobody@calls.example", null)]
    [InlineData("bob", "sip:+15550199@calls.example", null)]
    [InlineData("bob", "sip:alice@calls.example;maddr=198.51.100.1", null)]
    [InlineData("bob", "sip:alice@elsewhere.example", null)]
    [InlineData("bob", "tel:6000", null)]
    public async Task A_phone_redirects_into_the_cluster_to_what_agents_may_dial_there_and_not_to_itself(string agent, string contact, string? destination)
    {
        await using var bench = await EdgeBench.Start();
        Assert.Equal(destination, bench.Edge.Redirects.InsideFor(agent, SipUri.Parse(contact.Replace("calls.example", bench.Edge.Options.Domain, StringComparison.OrdinalIgnoreCase))));
    }

    [Theory]
    [InlineData("sip:+15550100@127.0.0.1:5070;transport=tls", "sip:+15550100@127.0.0.1:5070;transport=tls")]
    [InlineData("sip:+15550100@192.0.2.7", "sip:+15550100@192.0.2.7;transport=tls")]
    [InlineData("sip:+15550100@192.0.2.7;transport=tcp", null)]
    [InlineData("sip:+15550100@192.0.2.7;transport=tls;maddr=198.51.100.1", null)]
    [InlineData("sip:+15550199@192.0.2.7", null)]
    [InlineData("sip:+15550100@callcluster.local;transport=tls", null)]
    public async Task A_trunk_redirects_to_the_same_number_at_its_own_host_and_no_less_safely(string contact, string? followed)
    {
        await using var bench = await EdgeBench.Start();
        Assert.Equal(followed, bench.Edge.Redirects.ForTrunk("carrier", Contact("sip:+15550100@127.0.0.1:9;transport=tls", contact))?.Target.ToString());
    }

    [Fact]
    public async Task A_trunk_is_told_of_each_contact_that_was_tried_before()
    {
        await using var bench = await EdgeBench.Start();
        var trunk = new TrunkOptions { Proxy = "sip:carrier.example", TrustIdentity = true };
        bench.Current = bench.Current with
        {
            Trunks = new Dictionary<string, TrunkOptions> { ["carrier"] = trunk },
            Outbound = new OutboundOptions { Allow = ["+1"], Routes = [new() { Prefix = "+1", Trunks = ["carrier"] }] },
        };
        var sent = new InviteRequest { Target = SipUri.Parse("sip:+12025550100@carrier.example"), From = new NameAddress(SipUri.Parse("sip:6000@edge.example")) };
        InviteRequest Follow(string contact, InviteRequest last, int status) => bench.Edge.Redirects.ForTrunk("carrier", new RedirectContact(sent, SipUri.Parse(contact), From, last, status))!;

        var first = Follow("sip:+12025550101@carrier.example", sent, 302);
        var second = Follow("sip:+12025550102@carrier.example", first, 486);
        Assert.Equal("<sip:+12025550100@carrier.example?Reason=SIP%3Bcause%3D302>;index=1, <sip:+12025550101@carrier.example;cause=302?Reason=SIP%3Bcause%3D486>;index=2;mp=1, <sip:+12025550102@carrier.example;cause=302>;index=3;mp=1",
            Assert.Single(second.Headers!, header => header.Name == HeaderNames.HistoryInfo).Value);
        Assert.Single(second.Headers!, header => header.Name == HeaderNames.Diversion);
    }

    private static RedirectContact Contact(string target, string contact)
    {
        var invite = new InviteRequest { Target = SipUri.Parse(target), From = new NameAddress(SipUri.Parse("sip:6000@edge.example")) };
        return new RedirectContact(invite, SipUri.Parse(contact), From, invite, 302);
    }
}
