using CallCluster.Sip.Sdp;

namespace CallCluster.Sip.Tests.Sdp;

/// <summary>telephone-event in offers and answers (RFC 4733 §2.5.1.1, §3).</summary>
public sealed class TelephoneEventNegotiationTests
{
    [Fact]
    public void The_answer_takes_the_offers_payload_type()
    {
        var answer = Answer("m=audio 5 RTP/AVP 0 96\na=rtpmap:96 telephone-event/8000\na=fmtp:96 0-16\n");
        Assert.Equal((96, 96), (answer.Media.TelephoneEventPayloadType, answer.Media.ReceiveTelephoneEventPayloadType));
        Assert.Equal("0-15", answer.Description.Media[0].FormatParameters("96"));
    }

    [Fact]
    public void Of_several_clock_rates_the_codecs_is_taken()
    {
        var answer = Answer("m=audio 5 RTP/AVP 111 0 110 100 101\na=rtpmap:111 opus/48000/2\na=rtpmap:110 telephone-event/48000\na=rtpmap:100 telephone-event/16000\na=rtpmap:101 TELEPHONE-EVENT/8000\n");
        Assert.Equal(101, answer.Media.TelephoneEventPayloadType);
        Assert.Equal(["m=audio 40000 RTP/AVP 0 101"], SdpText.MediaLines(answer.Description));
    }

    [Fact]
    public void Beside_a_wideband_codec_those_at_16000_are_taken_when_there_are_no_others()
    {
        var session = SdpText.Session(local => local with { Codecs = [AudioCodec.G722] });
        var answer = session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 9 100\na=rtpmap:100 telephone-event/16000\n"))!;
        Assert.Equal((AudioCodec.G722, 9), (answer.Media.Codec, answer.Media.PayloadType));
        Assert.Equal((100, 16_000), (answer.Media.TelephoneEventPayloadType, answer.Media.TelephoneEventClockRate));
        Assert.Contains("a=rtpmap:100 telephone-event/16000\r\n", answer.Description.ToString(), StringComparison.Ordinal);
        Assert.Contains("a=rtpmap:100 telephone-event/16000\r\n", session.CreateOffer().ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("m=audio 5 RTP/AVP 0\n")]
    [InlineData("m=audio 5 RTP/AVP 0 101\na=rtpmap:101 telephone-event/48000\n")]
    [InlineData("m=audio 5 RTP/AVP 0\na=rtpmap:101 telephone-event/8000\n")]
    [InlineData("m=audio 5 RTP/AVP 0 101\n")]
    public void Without_one_that_fits_there_is_none(string media)
    {
        var answer = Answer(media);
        Assert.Null(answer.Media.TelephoneEventPayloadType);
        Assert.Equal(["m=audio 40000 RTP/AVP 0"], SdpText.MediaLines(answer.Description));
    }

    [Fact]
    public void An_answer_may_number_it_otherwise_for_the_other_way()
    {
        var session = SdpText.Session();
        session.CreateOffer();
        var media = session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 0 96\na=rtpmap:96 telephone-event/8000\n"))!;
        Assert.Equal((96, 101), (media.TelephoneEventPayloadType, media.ReceiveTelephoneEventPayloadType));
    }

    [Fact]
    public void An_answer_without_it_means_none_either_way()
    {
        var session = SdpText.Session();
        session.CreateOffer();
        var media = session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 0\n"))!;
        Assert.Null(media.TelephoneEventPayloadType);
        Assert.Null(media.ReceiveTelephoneEventPayloadType);
    }

    [Fact]
    public void Our_later_offers_keep_the_payload_type_of_the_peers_offer()
    {
        var session = SdpText.Session();
        session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 0 96\na=rtpmap:96 telephone-event/8000\n"));
        Assert.Equal(["m=audio 40000 RTP/AVP 0 8 96"], SdpText.MediaLines(session.CreateOffer()));
    }

    [Fact]
    public void Our_later_offer_avoids_a_number_that_the_peer_gave_to_something_else()
    {
        var session = SdpText.Session();
        session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 0 101 96\na=rtpmap:101 opus/48000/2\na=rtpmap:96 x/8000\n"));
        Assert.Equal(["m=audio 40000 RTP/AVP 0 8 97"], SdpText.MediaLines(session.CreateOffer()));
    }

    [Fact]
    public void It_is_not_negotiated_when_configured_off()
    {
        var session = SdpText.Session(c => c with { TelephoneEventPayloadType = null });
        Assert.Equal(["m=audio 40000 RTP/AVP 0 8"], SdpText.MediaLines(session.CreateOffer()));
        var answer = session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 0 96\na=rtpmap:96 telephone-event/8000\n"))!;
        Assert.Equal(["m=audio 40000 RTP/AVP 0"], SdpText.MediaLines(answer.Description));
    }

    private static NegotiatedAnswer Answer(string media) => SdpText.Session().AnswerOffer(SdpText.Parse(SdpText.Head + media))!;
}
