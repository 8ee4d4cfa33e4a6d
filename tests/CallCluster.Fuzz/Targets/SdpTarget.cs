using System.Net;
using CallCluster.Sip.Sdp;

namespace CallCluster.Fuzz.Targets;

/// <summary>Descriptions and what is negotiated from them: nothing throws, what was taken is written and taken again, an answer has the offer's shape (RFC 3264).</summary>
internal sealed class SdpTarget : IFuzzTarget
{
    public string Name => "sdp";

    public IReadOnlyList<byte[]> Dictionary { get; } = SipGrammar.Bytes(
        "a=", "m=audio ", "0", "65535", "99999999999999999999", "-1", "/", ":", " ", "\r\n", "\n", "\0", "\r", "c=IN IP4 0.0.0.0", "=", "rtpmap:", "PCMU/8000", "telephone-event/8000", "é", "\uFFFD",
        "m=", "m=audio 5 RTP/AVP 0\r\n", "a=rtpmap:0 PCMU/8000\r\n", "a=fmtp:101 0-15\r\n", " 0", "0,1-5,", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:", "a=candidate:1 1 UDP 1 192.0.2.1 5 typ host\r\n");

    public IReadOnlyList<byte[]> Openings { get; } = SipGrammar.Bytes(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n",
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 5 RTP/AVP 0 8 101\r\n",
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 5 RTP/AVP");

    public int MaxLength => SdpLimits.Size;

    public void Run(ReadOnlySpan<byte> input)
    {
        var result = SdpParser.Parse(input);
        Promise.Holds(result.Description is null == (result.Error != SdpError.None));
        if (result.Description is not { } description)
            return;
        RoundTrip(description);
        var offerer = Session();
        offerer.CreateOffer();
        offerer.AcceptAnswer(description);
        if (Session().AnswerOffer(description) is { } answer)
            AnswersInShape(description, answer.Description);
    }

    private static void RoundTrip(SessionDescription description)
    {
        var written = description.ToBytes();
        // What replaces broken UTF-8 is longer, so a description near the cap may outgrow it.
        if (SdpParser.Parse(written) is { Description: { } again })
            Promise.Holds(again.ToBytes().AsSpan().SequenceEqual(written));
        else
            Promise.Holds(written.Length > SdpLimits.Size);
    }

    private static void AnswersInShape(SessionDescription offer, SessionDescription answer)
    {
        Promise.Holds(offer.Media.Count == answer.Media.Count);
        foreach (var (offered, line) in offer.Media.Zip(answer.Media))
        {
            Promise.Holds(offered.Media == line.Media && offered.Protocol == line.Protocol);
            Promise.Holds(line.Formats.All(offered.Formats.Contains));
            Promise.Holds(line.Port == 0 || offered.Port != 0);
        }
    }

    private static OfferAnswerSession Session() => new(new MediaCapabilities { Address = IPAddress.Parse("192.0.2.9"), Port = 40000 }, sessionId: 7);
}
