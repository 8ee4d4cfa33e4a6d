using CallCluster.Sip.Sdp;

namespace CallCluster.Sip.Tests.Sdp;

/// <summary>Where RTCP goes: RFC 3605 and RFC 5761 §5.1.1.</summary>
public sealed class RtcpNegotiationTests
{
    [Theory]
    [InlineData("", "192.0.2.1:49171")]
    [InlineData("a=rtcp:53020\n", "192.0.2.1:53020")]
    [InlineData("a=rtcp:53020 IN IP4 198.51.100.4\n", "198.51.100.4:53020")]
    [InlineData("a=rtcp:0\n", "192.0.2.1:49171")]
    [InlineData("a=rtcp:70000\n", "192.0.2.1:49171")]
    [InlineData("a=rtcp:53020 IN IP6 2001:db8::1\n", "192.0.2.1:49171")]
    [InlineData("a=rtcp:53020 IN IP4\n", "192.0.2.1:49171")]
    [InlineData("a=rtcp\n", "192.0.2.1:49171")]
    public void Rfc_3605_the_attribute_names_the_port_and_maybe_the_address(string attribute, string expected) =>
        Assert.Equal(expected, SdpText.Session().AnswerOffer(SdpText.Parse($"{SdpText.Head}m=audio 49170 RTP/AVP 0\n{attribute}"))!.Media.RemoteRtcp.ToString());

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void Rfc_5761_mux_is_accepted_only_when_offered_and_configured(bool configured, bool offered, bool agreed)
    {
        var session = SdpText.Session(c => c with { RtcpMux = configured });
        var answer = session.AnswerOffer(SdpText.Parse($"{SdpText.Head}m=audio 49170 RTP/AVP 0\n{(offered ? "a=rtcp-mux\n" : "")}"))!;
        Assert.Equal(agreed, answer.Media.RtcpMux);
        Assert.Equal(agreed, answer.Description.Media[0].Has("rtcp-mux"));
        Assert.Equal(agreed ? 49170 : 49171, answer.Media.RemoteRtcp.Port);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Rfc_5761_the_offerer_muxes_only_when_the_answer_agrees(bool answered, bool agreed)
    {
        var session = SdpText.Session(c => c with { RtcpMux = true });
        Assert.True(session.CreateOffer().Media[0].Has("rtcp-mux"));
        Assert.Equal(agreed, session.AcceptAnswer(SdpText.Parse($"{SdpText.Head}m=audio 49170 RTP/AVP 0\n{(answered ? "a=rtcp-mux\n" : "")}"))!.RtcpMux);
    }
}
