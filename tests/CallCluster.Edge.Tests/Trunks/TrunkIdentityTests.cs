using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Trunks;

namespace CallCluster.Edge.Tests.Trunks;

public sealed class TrunkIdentityTests
{
    private static readonly CallOffer Forwarded = new() { Trunk = "in", Caller = "+12025550999", Dialled = "+12025550100", Destination = "flow:main", ReceivedAt = default, SipCallId = "x" };

    [Fact]
    public void A_trusted_trunk_is_told_who_calls_and_from_where_it_was_diverted() => Assert.Equal(
        [("P-Asserted-Identity", "\"Ann\" <sip:+12025550999@cc.example>"), ("Diversion", "<sip:+12025550100@cc.example>;reason=unconditional")],
        TrunkIdentity.Headers(Dial("+12025550999"), Forwarded, new TrunkOptions { TrustIdentity = true }, "cc.example"));

    [Fact]
    public void An_untrusted_trunk_learns_no_more_than_From() => Assert.Empty(TrunkIdentity.Headers(Dial("+12025550999"), Forwarded, new TrunkOptions(), "cc.example"));

    [Fact]
    public void An_agents_own_call_was_not_diverted() =>
        Assert.Single(TrunkIdentity.Headers(Dial("+12025550100"), Forwarded with { Trunk = null }, new TrunkOptions { TrustIdentity = true }, "cc.example"));

    [Fact]
    public void Of_an_anonymous_caller_nothing_is_told()
    {
        Assert.Equal("\"Anonymous\" <sip:anonymous@anonymous.invalid>", TrunkIdentity.From(Dial("anonymous", null), "cc.example").ToString());
        Assert.Equal([("Privacy", "id")], TrunkIdentity.Headers(Dial("anonymous", null), Forwarded, new TrunkOptions { TrustIdentity = true }, "cc.example"));
    }

    private static Dial Dial(string caller, string? name = "Ann") => new(1, "out", "tel:+12025550123", caller, name);
}
