using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Trunks;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Tests.Trunks;

public sealed class TrunkIdentityTests
{
    private static readonly SipUri Target = SipUri.Parse("sip:+12025550123@carrier.example");
    private static readonly CallOffer Forwarded = new() { Trunk = "in", Caller = "+12025550999", Dialled = "+12025550100", Destination = "flow:main", ReceivedAt = default, SipCallId = "x" };

    [Fact]
    public void A_trusted_trunk_is_told_who_calls_and_from_where_it_was_diverted() => Assert.Equal(
        [("P-Asserted-Identity", "\"Ann\" <sip:+12025550999@cc.example>"), ("Diversion", "<sip:+12025550100@cc.example>;reason=unconditional"),
            ("History-Info", "<sip:+12025550100@cc.example>;index=1, <sip:+12025550123@carrier.example;cause=302>;index=1.1;mp=1")],
        TrunkIdentity.Headers(Dial("+12025550999"), Forwarded, new TrunkOptions { TrustIdentity = true }, "cc.example", Target));

    [Fact]
    public void An_untrusted_trunk_learns_no_more_than_From() => Assert.Empty(TrunkIdentity.Headers(Dial("+12025550999"), Forwarded, new TrunkOptions(), "cc.example", Target));

    [Fact]
    public void An_agents_own_call_was_not_diverted() =>
        Assert.Single(TrunkIdentity.Headers(Dial("+12025550100"), Forwarded with { Trunk = null }, new TrunkOptions { TrustIdentity = true }, "cc.example", Target));

    [Fact]
    public void Of_an_anonymous_caller_nothing_is_told()
    {
        Assert.Equal("\"Anonymous\" <sip:anonymous@anonymous.invalid>", TrunkIdentity.From(Dial("anonymous", null), "cc.example").ToString());
        Assert.Equal([("Privacy", "id")], TrunkIdentity.Headers(Dial("anonymous", null), Forwarded, new TrunkOptions { TrustIdentity = true }, "cc.example", Target));
    }

    [Fact]
    public void Each_redirection_says_why_the_entry_before_came_to_nothing_and_stands_beside_it()
    {
        var (first, second) = (SipUri.Parse("sip:2@carrier.example?Subject=x"), SipUri.Parse("sip:3@carrier.example;transport=tcp"));
        var forwarded = HistoryInfo.Forwarded(SipUri.Parse("sip:1@cc.example"), Target);
        var once = HistoryInfo.Redirected(forwarded, forwarded, Target, 302, first);
        Assert.Equal("<sip:1@cc.example>;index=1, <sip:+12025550123@carrier.example;cause=302?Reason=SIP%3Bcause%3D302>;index=1.1;mp=1, <sip:2@carrier.example;cause=302>;index=1.2;mp=1.1", once);
        Assert.EndsWith("<sip:2@carrier.example;cause=302?Reason=SIP%3Bcause%3D302>;index=1.2;mp=1.1, <sip:3@carrier.example;transport=tcp;cause=302>;index=1.3;mp=1.2", HistoryInfo.Redirected(once, once, first, 302, second), StringComparison.Ordinal);
        Assert.Equal("<sip:+12025550123@carrier.example?Reason=SIP%3Bcause%3D302>;index=1, <sip:2@carrier.example;cause=302>;index=2;mp=1", HistoryInfo.Redirected(null, null, Target, 302, first));

        // The next contact of the same 302.
        Assert.EndsWith("<sip:2@carrier.example;cause=302?Reason=SIP%3Bcause%3D486>;index=1.2;mp=1.1, <sip:3@carrier.example;transport=tcp;cause=302>;index=1.3;mp=1.1", HistoryInfo.Redirected(forwarded, once, Target, 486, second), StringComparison.Ordinal);
        // One that came to nothing at another host of the same number, which is no entry of its own.
        Assert.EndsWith("?Reason=SIP%3Bcause%3D302>;index=1.1;mp=1, <sip:2@carrier.example;cause=302>;index=1.2;mp=1.1", HistoryInfo.Redirected(forwarded, forwarded, Target, 486, first), StringComparison.Ordinal);
    }

    private static Dial Dial(string caller, string? name = "Ann") => new(1, "out", "tel:+12025550123", caller, name);
}
