using CallCluster.Edge.Legs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Tests.Legs;

/// <summary>RFC 3326, and the causes of RFC 3398.</summary>
public sealed class ReasonHeaderTests
{
    [Theory]
    [InlineData(486, "agent is Busy", "SIP;cause=486;text=\"agent is Busy\", Q.850;cause=17")]
    [InlineData(200, "caller hung up", "SIP;cause=200;text=\"caller hung up\", Q.850;cause=16")]
    [InlineData(404, null, "SIP;cause=404, Q.850;cause=1")]
    [InlineData(487, "a \"quote\" and a \\", "SIP;cause=487;text=\"a 'quote' and a /\"")]
    public void It_says_why_in_SIP_and_in_Q850(int status, string? text, string expected) => Assert.Equal(expected, ReasonHeader.For(status, text));

    [Fact]
    public void What_the_other_legs_trunk_gave_is_said_in_place_of_what_goes_with_the_status() =>
        Assert.Equal("SIP;cause=480;text=\"not reached\", Q.850;cause=20", ReasonHeader.For(480, "not reached", 20));

    [Theory]
    [InlineData(20, "Q.850;cause=20;text=\"subscriber absent\"")]
    [InlineData(1, "SIP;cause=404;text=\"no, such; thing\", q.850 ; cause = 1")]
    [InlineData(41, "SIP;cause=503", "Q.850;cause=41")]
    [InlineData(127, "Q.850;cause=0, Q.850;cause=128, Q.850;cause=x, Q.850, Q.850;cause=127")]
    [InlineData(null, "SIP;cause=20")]
    [InlineData(null, "Q.8500;cause=20")]
    [InlineData(null, "Q.850;cause=-1;text=\"a\"b, ,;;=")]
    [InlineData(null)]
    public void A_cause_of_the_telephone_network_is_read_and_nothing_else_of_the_header(int? cause, params string[] reasons)
    {
        var bye = new SipRequest(SipMethods.Bye, SipUri.Parse("sip:a@b"));
        foreach (var reason in reasons) bye.Headers.Add(HeaderNames.Reason, reason);
        Assert.Equal(cause, ReasonHeader.Q850Of(bye));
    }

    [Theory]
    [InlineData("SIP;cause=200;text=\"Call completed elsewhere\"", true)]
    [InlineData("Q.850;cause=26, sip ; text=\"x\" ; cause = 200", true)]
    [InlineData("SIP;cause=487", false)]
    [InlineData("Q.850;cause=200", false)]
    [InlineData("SIP;cause=2000", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_call_completed_elsewhere_is_known(string? reason, bool known) => Assert.Equal(known, ReasonHeader.IsCompletedElsewhere(reason));
}
