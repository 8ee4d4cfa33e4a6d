using System.Text;
using CallCluster.Edge.Admission;
using CallCluster.Sip.Messages;

namespace CallCluster.Edge.Tests.Admission;

public sealed class CallerIdentityTests
{
    private const string Asserted = "P-Asserted-Identity: \"Real\" <sip:+12025550123@carrier.example>";

    [Fact]
    public void An_untrusted_peer_says_who_calls_in_From_alone()
    {
        Assert.Equal(new CallerIdentity("2025550999", "Ann"), Of(false, null, Asserted, "Diversion: <sip:+12025550100@x>", "History-Info: <sip:a@x>;index=1, <sip:b@x>;index=1.1", "X-CallCluster-Queue: vip"));
    }

    [Fact]
    public void A_trusted_peer_asserts_it()
    {
        Assert.Equal(new CallerIdentity("+12025550123", "Real"), Of(true, null, Asserted));
        Assert.Equal(new CallerIdentity("+12025550123", null), Of(true, null, "P-Asserted-Identity: <tel:+1-202-555-0123>"));
        Assert.Equal(new CallerIdentity("2025550999", "Ann"), Of(true, null, "P-Asserted-Identity: <sip:carrier.example>"));
    }

    [Fact]
    public void Numbers_are_those_of_the_trunks_country() => Assert.Equal("+12025550999", Of(false, "US").Number);

    [Theory]
    [InlineData("Privacy: id")]
    [InlineData("Privacy: header;critical")]
    [InlineData("Privacy: user, session")]
    public void Who_wants_privacy_is_anonymous_whoever_asserts_more(string privacy) => Assert.Equal(new CallerIdentity("anonymous", null), Of(true, "US", Asserted, privacy));

    [Fact]
    public void Privacy_none_withholds_nothing() => Assert.Equal("+12025550123", Of(true, null, Asserted, "Privacy: none").Number);

    [Theory]
    [InlineData("+12025550100", "Diversion: <sip:2025550100@x>;reason=unconditional, <sip:first@x>")]
    [InlineData("+12025550100", "History-Info: <sip:first@x>;index=1, <sip:+12025550100@x>;index=1.1, <sip:us@x>;index=1.1.1")]
    [InlineData(null, "History-Info: <sip:us@x>;index=1")]
    [InlineData(null, "Diversion: nonsense")]
    public void A_trusted_peer_says_from_whom_the_call_was_diverted(string? number, string header) => Assert.Equal(number, Of(true, "US", header).DivertedFrom);

    private static CallerIdentity Of(bool trusted, string? country, params string[] headers)
    {
        string[] lines =
        [
            "INVITE sip:support@callcluster.local SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx", "Max-Forwards: 70", "From: \"Ann\" <sip:2025550999@carrier.example>;tag=1",
            "To: <sip:support@callcluster.local>", "Call-ID: x", "CSeq: 1 INVITE", "Contact: <sip:ann@192.0.2.1>", .. headers, "Content-Length: 0", "", "",
        ];
        var request = Assert.IsType<SipRequest>(SipParser.Parse(Encoding.UTF8.GetBytes(string.Join("\r\n", lines))).Message);
        return CallerIdentity.Of(request, trusted, country);
    }
}
