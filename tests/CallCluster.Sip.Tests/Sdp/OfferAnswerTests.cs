using System.Net;
using CallCluster.Sip.Sdp;

namespace CallCluster.Sip.Tests.Sdp;

/// <summary>RFC 3264, by section.</summary>
public sealed class OfferAnswerTests
{
    [Fact]
    public void Section_5_the_offer_lists_our_codecs_in_order_and_says_sendrecv() =>
        Assert.Equal(
            "v=0\r\no=- 7 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
            + "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n",
            SdpText.Session().CreateOffer().ToString());

    [Fact]
    public void Section_5_an_ipv6_side_writes_ip6_lines()
    {
        var session = SdpText.Session(c => c with { Address = IPAddress.Parse("2001:db8::9") });
        Assert.Equal("IN IP6 2001:db8::9", session.CreateOffer().Connection!.ToString());
        Assert.NotNull(session.AcceptAnswer(SdpText.Parse("v=0\no=- 1 1 IN IP6 2001:db8::1\nc=IN IP6 2001:db8::1\nm=audio 5004 RTP/AVP 0\n")));
        Assert.Equal(new IPEndPoint(IPAddress.Parse("2001:db8::1"), 5004), session.Media!.Remote);
    }

    [Fact]
    public void Section_6_asking_whether_an_offer_can_be_answered_agrees_to_nothing()
    {
        var session = SdpText.Session();
        Assert.Equal(OfferRefusal.None, session.Examine(SdpText.Parse(SdpText.Head + "m=video 5 RTP/AVP 31\nm=audio 49170 RTP/AVP 18 0\n")));
        Assert.Null(session.Media);
        Assert.Null(session.LocalDescription);
    }

    [Theory]
    [InlineData("m=image 5006 udptl t38\n")]
    [InlineData("m=audio 0 RTP/AVP 0\nm=image 5006 udptl t38\n")]
    [InlineData("m=audio 0 RTP/AVP 0\nm=video 5008 RTP/AVP 31\n")]
    public void Section_8_a_re_offer_that_wants_fax_or_video_in_place_of_the_audio_is_refused_and_leaves_it(string media)
    {
        var session = SdpText.Session();
        Assert.NotNull(session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 49170 RTP/AVP 0\n")));
        var agreed = session.Media;

        Assert.Null(session.AnswerOffer(SdpText.Parse(SdpText.Head + media)));
        Assert.Same(agreed, session.Media);
    }

    [Fact]
    public void Section_6_every_media_line_is_answered_in_its_place_and_the_unknown_rejected()
    {
        var answer = SdpText.Session().AnswerOffer(SdpText.Parse(SdpText.Head
            + "m=video 51372 RTP/AVP 31 32\nm=image 5006 udptl t38\na=T38FaxVersion:0\nm=audio 49170 RTP/AVP 18 0\nm=audio 49180 RTP/AVP 0\nm=application 9 DTLS/SCTP 5000\nm=whatever 7 X/Y/Z a b c\n"))!;
        Assert.Equal(
            ["m=video 0 RTP/AVP 31 32", "m=image 0 udptl t38", "m=audio 40000 RTP/AVP 0", "m=audio 0 RTP/AVP 0", "m=application 0 DTLS/SCTP 5000", "m=whatever 0 X/Y/Z a b c"],
            SdpText.MediaLines(answer.Description));
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 49170), answer.Media.Remote);
    }

    [Theory]
    [InlineData("m=audio 49170 RTP/AVP 18 3\n")]
    [InlineData("m=audio 49170 RTP/AVP 97\na=rtpmap:97 PCMU/16000\n")]
    [InlineData("m=audio 49170 RTP/AVP 97\na=rtpmap:97 PCMU/8000/2\n")]
    [InlineData("m=audio 49170 RTP/SAVP 0\n")]
    [InlineData("m=audio 49170 udp 0\n")]
    [InlineData("m=audio 0 RTP/AVP 0\n")]
    [InlineData("m=video 49170 RTP/AVP 0\n")]
    [InlineData("m=audio 49170 RTP/AVP 0\nc=IN IP6 2001:db8::1\n")]
    [InlineData("m=audio 49170 RTP/AVP 0\nc=IN IP4 media.example.com\n")]
    [InlineData("m=audio 49170 RTP/AVP 0\nc=IN IP4 224.2.0.1/127\n")]
    [InlineData("m=audio 49170 RTP/AVP 0\nc=IN IP4 255.255.255.255\n")]
    [InlineData("")]
    public void Section_6_an_offer_without_a_stream_for_us_has_no_answer(string media)
    {
        var session = SdpText.Session();
        Assert.NotEqual(OfferRefusal.None, session.Examine(SdpText.Parse(SdpText.Head + media)));
        Assert.Null(session.AnswerOffer(SdpText.Parse(SdpText.Head + media)));
        Assert.Null(session.Media);
        Assert.Null(session.LocalDescription);
    }

    [Fact]
    public void Section_6_without_any_connection_line_there_is_no_answer() =>
        Assert.Null(SdpText.Session().AnswerOffer(SdpText.Parse("v=0\no=- 1 1 IN IP4 192.0.2.1\nm=audio 5 RTP/AVP 0\n")));

    [Fact]
    public void Section_6_the_answer_keeps_the_offers_protocol() =>
        Assert.Equal(["m=audio 40000 RTP/AVPF 8"], SdpText.MediaLines(SdpText.Session().AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVPF 8\n"))!.Description));

    [Theory]
    [InlineData(MediaDirection.SendRecv, MediaDirection.SendRecv, MediaDirection.SendRecv)]
    [InlineData(MediaDirection.SendRecv, MediaDirection.SendOnly, MediaDirection.RecvOnly)]
    [InlineData(MediaDirection.SendRecv, MediaDirection.RecvOnly, MediaDirection.SendOnly)]
    [InlineData(MediaDirection.SendRecv, MediaDirection.Inactive, MediaDirection.Inactive)]
    [InlineData(MediaDirection.SendOnly, MediaDirection.SendRecv, MediaDirection.SendOnly)]
    [InlineData(MediaDirection.SendOnly, MediaDirection.SendOnly, MediaDirection.Inactive)]
    [InlineData(MediaDirection.SendOnly, MediaDirection.RecvOnly, MediaDirection.SendOnly)]
    [InlineData(MediaDirection.RecvOnly, MediaDirection.SendRecv, MediaDirection.RecvOnly)]
    [InlineData(MediaDirection.RecvOnly, MediaDirection.RecvOnly, MediaDirection.Inactive)]
    [InlineData(MediaDirection.Inactive, MediaDirection.SendRecv, MediaDirection.Inactive)]
    public void Section_6_1_the_answers_direction_is_what_both_allow(MediaDirection wanted, MediaDirection offered, MediaDirection agreed)
    {
        var session = SdpText.Session();
        session.Direction = wanted;
        var answer = session.AnswerOffer(SdpText.Parse($"{SdpText.Head}m=audio 5 RTP/AVP 0\na={offered.AttributeName()}\n"))!;
        Assert.Equal(agreed, answer.Media.Direction);
        Assert.Equal(agreed, answer.Description.DirectionOf(answer.Description.Media[0]));
        Assert.Equal(40000, answer.Description.Media[0].Port);
    }

    [Theory]
    [InlineData(CodecPreference.Local, "m=audio 40000 RTP/AVP 8")]
    [InlineData(CodecPreference.Offerer, "m=audio 40000 RTP/AVP 0")]
    public void Section_6_1_the_policy_says_whose_order_wins(CodecPreference preference, string line)
    {
        var session = SdpText.Session(c => c with { Codecs = [AudioCodec.Pcma, AudioCodec.Pcmu], Preference = preference });
        Assert.Equal([line], SdpText.MediaLines(session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 18 0 8\n"))!.Description));
    }

    [Fact]
    public void Section_6_1_a_codec_under_a_dynamic_payload_type_keeps_it_now_and_in_our_later_offers()
    {
        var session = SdpText.Session();
        var answer = session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 97\na=rtpmap:97 pcmu/8000\n"))!;
        Assert.Equal(["m=audio 40000 RTP/AVP 97"], SdpText.MediaLines(answer.Description));
        Assert.Equal((97, 97), (answer.Media.PayloadType, answer.Media.ReceivePayloadType));
        Assert.Equal(["m=audio 40000 RTP/AVP 97 8 101"], SdpText.MediaLines(session.CreateOffer()));
    }

    [Fact]
    public void Section_7_the_answers_first_common_codec_is_used_and_sent_under_the_answers_number()
    {
        var session = SdpText.Session();
        session.CreateOffer();
        var media = session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 18 99 0\na=rtpmap:99 PCMA/8000\n"))!;
        Assert.Equal(AudioCodec.Pcma, media.Codec);
        Assert.Equal((99, 8), (media.PayloadType, media.ReceivePayloadType));
    }

    [Theory]
    [InlineData("m=audio 0 RTP/AVP 0\n")]
    [InlineData("m=audio 5 RTP/AVP 18\n")]
    [InlineData("m=video 5 RTP/AVP 0\n")]
    [InlineData("")]
    public void Section_7_an_answer_that_refuses_the_stream_agrees_to_nothing(string media)
    {
        var session = SdpText.Session();
        session.CreateOffer();
        Assert.Null(session.AcceptAnswer(SdpText.Parse(SdpText.Head + media)));
        Assert.Null(session.Media);
    }

    [Fact]
    public void An_answer_without_an_offer_agrees_to_nothing() => Assert.Null(SdpText.Session().AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 5 RTP/AVP 0\n")));

    [Fact]
    public void The_last_of_several_answers_to_one_offer_holds()
    {
        var session = SdpText.Session();
        session.CreateOffer();
        session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 5000 RTP/AVP 0\n"));
        Assert.Equal(6000, session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 6000 RTP/AVP 8\n"))!.Remote.Port);
    }

    [Fact]
    public void Section_8_the_version_rises_by_one_only_when_the_description_changes()
    {
        var session = SdpText.Session();
        Assert.Equal("1", session.CreateOffer().Origin.SessionVersion);
        Assert.Equal("1", session.CreateOffer().Origin.SessionVersion);
        session.Direction = MediaDirection.SendOnly;
        Assert.Equal("2", session.CreateOffer().Origin.SessionVersion);
        session.Local = session.Local with { Port = 40002 };
        var moved = session.CreateOffer();
        Assert.Equal(("3", "7"), (moved.Origin.SessionVersion, moved.Origin.SessionId));
    }

    [Fact]
    public void Section_8_an_answer_after_an_offer_continues_the_version()
    {
        var session = SdpText.Session();
        session.CreateOffer();
        session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 5000 RTP/AVP 0\n"));
        Assert.Equal("2", session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 5000 RTP/AVP 0\na=sendonly\n"))!.Description.Origin.SessionVersion);
    }

    [Fact]
    public void Section_8_our_reoffer_keeps_the_peers_lines_in_place()
    {
        var session = SdpText.Session();
        session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=video 51372 RTP/AVP 31\nm=audio 49170 RTP/AVP 0\n"));
        Assert.Equal(["m=video 0 RTP/AVP 31", "m=audio 40000 RTP/AVP 0 8 101"], SdpText.MediaLines(session.CreateOffer()));
        Assert.Equal(49174, session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=video 0 RTP/AVP 31\nm=audio 49174 RTP/AVP 0\n"))!.Remote.Port);
    }

    [Fact]
    public void Section_8_a_refused_reoffer_of_the_peer_changes_nothing()
    {
        var session = SdpText.Session();
        var agreed = session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 49170 RTP/AVP 0\n"))!;
        Assert.Null(session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 49170 RTP/AVP 18\n")));
        Assert.Equal(agreed.Media, session.Media);
        Assert.Equal(agreed.Description, session.LocalDescription);
    }

    [Fact]
    public void Section_8_1_a_line_added_by_the_peer_is_rejected_and_the_stream_stays()
    {
        var session = SdpText.Session();
        session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 49170 RTP/AVP 0\n"));
        var answer = session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 49170 RTP/AVP 0\nm=audio 49180 RTP/AVP 0\n"))!;
        Assert.Equal(["m=audio 40000 RTP/AVP 0", "m=audio 0 RTP/AVP 0"], SdpText.MediaLines(answer.Description));
    }

    [Fact]
    public void Section_8_2_a_removed_stream_is_answered_with_port_0_and_can_come_back()
    {
        var session = SdpText.Session();
        session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 49170 RTP/AVP 0\n"));
        var removed = session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 0 RTP/AVP 0\n"))!;
        Assert.Equal(["m=audio 0 RTP/AVP 0"], SdpText.MediaLines(removed.Description));
        Assert.Equal(MediaDirection.Inactive, removed.Media.Direction);
        var back = session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 49172 RTP/AVP 0\n"))!;
        Assert.Equal((49172, MediaDirection.SendRecv), (back.Media.Remote.Port, back.Media.Direction));
    }

    [Fact]
    public void Section_8_3_1_the_peer_may_move_its_address_and_port()
    {
        var session = SdpText.Session();
        session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 49170 RTP/AVP 0\n"));
        var moved = session.AnswerOffer(SdpText.Parse(SdpText.Head + "m=audio 50000 RTP/AVP 0\nc=IN IP4 198.51.100.7\n"))!;
        Assert.Equal("198.51.100.7:50000", moved.Media.Remote.ToString());
    }

    [Fact]
    public void Section_8_4_hold_and_resume_by_us()
    {
        var session = SdpText.Session();
        session.CreateOffer();
        session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 49170 RTP/AVP 0\n"));
        session.Direction = MediaDirection.SendOnly;
        var hold = session.CreateOffer();
        Assert.Equal(MediaDirection.SendOnly, hold.DirectionOf(hold.Media[0]));
        Assert.Equal(MediaDirection.SendOnly, session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 49170 RTP/AVP 0\na=recvonly\n"))!.Direction);
        session.Direction = MediaDirection.SendRecv;
        session.CreateOffer();
        Assert.Equal(MediaDirection.SendRecv, session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 49170 RTP/AVP 0\n"))!.Direction);
    }

    [Theory]
    [InlineData("", MediaDirection.RecvOnly)]
    [InlineData("a=sendonly\n", MediaDirection.RecvOnly)]
    [InlineData("a=recvonly\n", MediaDirection.Inactive)]
    [InlineData("a=inactive\n", MediaDirection.Inactive)]
    public void Section_8_4_the_unspecified_address_stops_us_from_sending(string direction, MediaDirection agreed)
    {
        var answer = SdpText.Session().AnswerOffer(SdpText.Parse($"{SdpText.Head}m=audio 49170 RTP/AVP 0\nc=IN IP4 0.0.0.0\n{direction}"))!;
        Assert.Equal(agreed, answer.Media.Direction);
        Assert.Equal("192.0.2.9", answer.Description.Connection!.Address);
    }

    [Fact]
    public void A_late_offer_is_our_offer_in_the_200_and_the_answer_in_the_ACK()
    {
        var session = SdpText.Session();
        session.CreateOffer();
        Assert.Equal(49170, session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 49170 RTP/AVP 8\n"))!.Remote.Port);
        Assert.Equal(AudioCodec.Pcma, session.Media!.Codec);
    }

    [Theory]
    [InlineData("", 20)]
    [InlineData("a=ptime:30\n", 30)]
    [InlineData("a=maxptime:10\n", 10)]
    [InlineData("a=ptime:40\na=maxptime:30\n", 30)]
    [InlineData("a=ptime:20\na=maxptime:150\n", 20)]
    public void Ptime_is_the_peers_wish_within_its_maximum(string attributes, int expected) =>
        Assert.Equal(expected, SdpText.Session().AnswerOffer(SdpText.Parse($"{SdpText.Head}m=audio 49170 RTP/AVP 0\n{attributes}"))!.Media.PtimeMs);

    [Fact]
    public void Section_10_1_basic_exchange()
    {
        var answer = SdpText.Session().AnswerOffer(SdpText.Parse(SdpText.Head
            + "m=audio 49170 RTP/AVP 0\na=rtpmap:0 PCMU/8000\nm=video 51372 RTP/AVP 31\na=rtpmap:31 H261/90000\nm=video 53000 RTP/AVP 32\na=rtpmap:32 MPV/90000\n"))!;
        Assert.Equal(["m=audio 40000 RTP/AVP 0", "m=video 0 RTP/AVP 31", "m=video 0 RTP/AVP 32"], SdpText.MediaLines(answer.Description));
    }

    [Fact]
    public void Section_10_2_one_of_n_codecs()
    {
        var session = SdpText.Session();
        const string Lines = "m=audio {0} RTP/AVP {1}\na=rtpmap:0 PCMU/8000\na=rtpmap:4 G723/8000\na=rtpmap:18 G729/8000\n";
        var first = session.AnswerOffer(SdpText.Parse(SdpText.Head + string.Format(null, Lines, 62986, "0 4 18") + "a=inactive\n"))!;
        Assert.Equal(MediaDirection.Inactive, first.Media.Direction);
        var second = session.AnswerOffer(SdpText.Parse(SdpText.Head.Replace("44526 IN", "44527 IN", StringComparison.Ordinal) + string.Format(null, Lines, 62986, "0")))!;
        Assert.Equal((AudioCodec.Pcmu, MediaDirection.SendRecv), (second.Media.Codec, second.Media.Direction));
    }
}
