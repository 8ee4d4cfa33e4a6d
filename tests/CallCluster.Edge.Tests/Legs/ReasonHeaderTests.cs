using CallCluster.Edge.Legs;

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
