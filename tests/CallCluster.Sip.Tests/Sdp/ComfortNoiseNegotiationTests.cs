using CallCluster.Sip.Sdp;

namespace CallCluster.Sip.Tests.Sdp;

/// <summary>Comfort noise in offers and answers (RFC 3389 §4).</summary>
public sealed class ComfortNoiseNegotiationTests
{
    [Theory]
    [InlineData("m=audio 5 RTP/AVP 0 13\n", 13, "m=audio 40000 RTP/AVP 0 13")]
    [InlineData("m=audio 5 RTP/AVP 8 98\na=rtpmap:98 cn/8000\n", 98, "m=audio 40000 RTP/AVP 8 98")]
    [InlineData("m=audio 5 RTP/AVP 0 13 101\na=rtpmap:101 telephone-event/8000\n", 13, "m=audio 40000 RTP/AVP 0 13 101")]
    public void An_answer_takes_it_from_the_offer(string media, int payloadType, string line)
    {
        var answer = SdpText.Session().AnswerOffer(SdpText.Parse(SdpText.Head + media))!;
        Assert.Equal((payloadType, payloadType), (answer.Media.ComfortNoisePayloadType, answer.Media.ReceiveComfortNoisePayloadType));
        Assert.Equal([line], SdpText.MediaLines(answer.Description));
        Assert.Contains($"a=rtpmap:{payloadType} CN/8000\r\n", answer.Description.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("m=audio 5 RTP/AVP 0\n")]
    [InlineData("m=audio 5 RTP/AVP 0 98\na=rtpmap:98 CN/16000\n")]
    public void Who_does_not_offer_it_at_the_codecs_rate_gets_none(string media)
    {
        var answer = SdpText.Session().AnswerOffer(SdpText.Parse(SdpText.Head + media))!;
        Assert.Null(answer.Media.ComfortNoisePayloadType);
        Assert.Equal(["m=audio 40000 RTP/AVP 0"], SdpText.MediaLines(answer.Description));
    }

    [Fact]
    public void An_offer_has_it_when_asked_for_and_the_answer_decides()
    {
        var session = SdpText.Session(local => local with { OfferComfortNoise = true });
        Assert.Equal(["m=audio 40000 RTP/AVP 0 8 13 101"], SdpText.MediaLines(session.CreateOffer()));
        var without = session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 0\n"))!;
        Assert.Equal((null, null), (without.ComfortNoisePayloadType, without.ReceiveComfortNoisePayloadType));
        var with = session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 0 13\n"))!;
        Assert.Equal((13, 13), (with.ComfortNoisePayloadType, with.ReceiveComfortNoisePayloadType));
    }

    [Fact]
    public void An_offer_has_it_not_otherwise_but_a_new_one_keeps_what_was_agreed()
    {
        var session = SdpText.Session();
        Assert.Equal(["m=audio 40000 RTP/AVP 0 8 101"], SdpText.MediaLines(session.CreateOffer()));
        Assert.Null(session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 0 13\n"))!.ReceiveComfortNoisePayloadType);
        var agreed = SdpText.Session();
        agreed.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 0 13\n"));
        Assert.Equal(["m=audio 40000 RTP/AVP 0 8 13 101"], SdpText.MediaLines(agreed.CreateOffer()));
    }
}
