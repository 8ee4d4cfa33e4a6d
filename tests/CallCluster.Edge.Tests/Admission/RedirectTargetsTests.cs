using System.Net;
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
        Assert.Equal(followed, bench.Edge.Redirects.ForAgent("alice", Invite(phone), SipUri.Parse(contact), From)?.Target.ToString());
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
    public async Task A_trunk_redirects_to_the_same_number_at_its_own_host_and_no_less_safely(string contact, string? followed)
    {
        await using var bench = await EdgeBench.Start();
        Assert.Equal(followed, bench.Edge.Redirects.ForTrunk("carrier", Invite("sip:+15550100@127.0.0.1:9;transport=tls"), SipUri.Parse(contact), From)?.Target.ToString());
    }

    private static InviteRequest Invite(string target) => new() { Target = SipUri.Parse(target), From = new NameAddress(SipUri.Parse("sip:6000@edge.example")) };
}
