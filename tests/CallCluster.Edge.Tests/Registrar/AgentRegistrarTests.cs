using CallCluster.Edge.Tests.Support;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;

namespace CallCluster.Edge.Tests.Registrar;

public sealed class AgentRegistrarTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData(";maddr=198.51.100.1", true)]
    public async Task A_phone_is_reached_at_its_Contact_only_where_that_is_what_it_sends_from(string parameters, bool byFlow)
    {
        await using var bench = await EdgeBench.Start();
        await using var phone = await SipPeer.Start();
        var contact = $"sip:alice@{phone.Address}{parameters}";
        Assert.Equal(200, await phone.Send(SipMethods.Register, bench.Uri("alice"), new DigestClient("alice", "wonderland"), (HeaderNames.Contact, $"<{contact}>"), (HeaderNames.Expires, "60")));
        var binding = Assert.Single((await EdgeBench.Next(bench.Cluster.Registrations)).Contacts);
        Assert.StartsWith(contact, binding.Target, StringComparison.Ordinal);
        Assert.Equal(byFlow, binding.Target.Contains("?Route=", StringComparison.Ordinal));
    }
}
