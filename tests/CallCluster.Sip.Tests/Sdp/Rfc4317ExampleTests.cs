using System.Net;
using CallCluster.Sip.Sdp;

namespace CallCluster.Sip.Tests.Sdp;

/// <summary>The examples of RFC 4317 that carry audio, with documentation addresses where it writes host names, seen from both sides where we can be both.</summary>
public sealed class Rfc4317ExampleTests
{
    private const string Alice = "v=0\no=alice 2890844526 2890844526 IN IP4 192.0.2.1\ns= \nc=IN IP4 192.0.2.1\nt=0 0\n";
    private const string Bob = "v=0\no=bob 2808844564 2808844564 IN IP4 198.51.100.1\ns= \nc=IN IP4 198.51.100.1\nt=0 0\n";
    private const string AudioVideo = "m=audio 49170 RTP/AVP 0 8 97\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\na=rtpmap:97 iLBC/8000\nm=video 51372 RTP/AVP 31 32\na=rtpmap:31 H261/90000\na=rtpmap:32 MPV/90000\n";

    [Fact]
    public void Section_2_1_audio_and_video_audio_taken()
    {
        var answer = SdpText.Session().AnswerOffer(SdpText.Parse(Alice + AudioVideo))!;
        Assert.Equal(["m=audio 40000 RTP/AVP 0", "m=video 0 RTP/AVP 31 32"], SdpText.MediaLines(answer.Description));
    }

    [Fact]
    public void Section_2_2_audio_and_video_by_codec_preference()
    {
        var session = SdpText.Session(c => c with { Codecs = [AudioCodec.Pcma] });
        Assert.Equal(AudioCodec.Pcma, session.AnswerOffer(SdpText.Parse(Alice + AudioVideo))!.Media.Codec);
    }

    [Fact]
    public void Section_2_4_audio_and_a_line_for_telephone_events_alone()
    {
        var answer = SdpText.Session().AnswerOffer(SdpText.Parse(Alice
            + "m=audio 49170 RTP/AVP 0 97\na=rtpmap:0 PCMU/8000\na=rtpmap:97 iLBC/8000\nm=audio 49172 RTP/AVP 98\na=rtpmap:98 telephone-event/8000\na=sendonly\n"))!;
        Assert.Equal(["m=audio 40000 RTP/AVP 0", "m=audio 0 RTP/AVP 98"], SdpText.MediaLines(answer.Description));
    }

    [Fact]
    public void Section_3_1_hold_and_unhold_by_the_peer()
    {
        var session = SdpText.Session();
        session.AnswerOffer(SdpText.Parse(Alice + "m=audio 49170 RTP/AVP 0 97\na=rtpmap:0 PCMU/8000\na=rtpmap:97 iLBC/8000\n"));
        var held = session.AnswerOffer(SdpText.Parse(Alice.Replace("44526 IN", "44527 IN", StringComparison.Ordinal) + "m=audio 49170 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendonly\n"))!;
        Assert.Equal(MediaDirection.RecvOnly, held.Media.Direction);
        Assert.Equal("2", held.Description.Origin.SessionVersion);
        var resumed = session.AnswerOffer(SdpText.Parse(Alice.Replace("44526 IN", "44528 IN", StringComparison.Ordinal) + "m=audio 49170 RTP/AVP 0\na=rtpmap:0 PCMU/8000\n"))!;
        Assert.Equal(MediaDirection.SendRecv, resumed.Media.Direction);
        Assert.Equal("3", resumed.Description.Origin.SessionVersion);
    }

    [Fact]
    public void Section_3_2_hold_from_both_sides_is_inactive_until_both_resume()
    {
        var session = SdpText.Session();
        session.AnswerOffer(SdpText.Parse(Alice + "m=audio 49170 RTP/AVP 0\n"));
        session.AnswerOffer(SdpText.Parse(Alice + "m=audio 49170 RTP/AVP 0\na=sendonly\n"));
        session.Direction = MediaDirection.SendOnly;
        session.CreateOffer();
        Assert.Equal(MediaDirection.Inactive, session.AcceptAnswer(SdpText.Parse(Alice + "m=audio 49170 RTP/AVP 0\na=inactive\n"))!.Direction);
        // Alice resumes while we still hold: she may listen, not speak.
        Assert.Equal(MediaDirection.SendOnly, session.AnswerOffer(SdpText.Parse(Alice + "m=audio 49170 RTP/AVP 0\n"))!.Media.Direction);
    }

    [Fact]
    public void Section_4_1_a_second_audio_stream_is_added_by_the_peer()
    {
        var session = SdpText.Session();
        session.CreateOffer();
        session.AcceptAnswer(SdpText.Parse(Bob + "m=audio 49172 RTP/AVP 0\na=rtpmap:0 PCMU/8000\n"));
        var answer = session.AnswerOffer(SdpText.Parse(Bob.Replace("44564 IN", "44565 IN", StringComparison.Ordinal)
            + "m=audio 49172 RTP/AVP 0\na=rtpmap:0 PCMU/8000\nm=audio 49176 RTP/AVP 98\na=rtpmap:98 telephone-event/8000\na=sendonly\n"))!;
        Assert.Equal(["m=audio 40000 RTP/AVP 0", "m=audio 0 RTP/AVP 98"], SdpText.MediaLines(answer.Description));
        Assert.Equal(new IPEndPoint(IPAddress.Parse("198.51.100.1"), 49172), answer.Media.Remote);
    }

    [Fact]
    public void Section_5_1_third_party_call_control_starts_with_an_offer_without_media()
    {
        // We send no offer without media, and one that arrives has no stream for us.
        Assert.Null(SdpText.Session().AnswerOffer(SdpText.Parse(Alice)));
        var late = SdpText.Session();
        late.CreateOffer();
        Assert.NotNull(late.AcceptAnswer(SdpText.Parse(Bob + "m=audio 49170 RTP/AVP 0\n")));
    }
}
