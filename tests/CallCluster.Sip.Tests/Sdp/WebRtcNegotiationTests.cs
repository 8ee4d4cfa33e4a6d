using System.Net;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.Sdp.Encryption;

namespace CallCluster.Sip.Tests.Sdp;

/// <summary>Offers and answers of WebRTC peers: DTLS-SRTP (RFC 5763, RFC 8842), ICE (RFC 8839), one bundled stream (RFC 8843).</summary>
public sealed class WebRtcNegotiationTests
{
    private const string Digest = "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF";
    private static readonly CertificateFingerprint Ours = new("sha-256", string.Concat(Enumerable.Repeat("0F", 32)));

    // As Chromium offers it, its address hidden behind an mDNS name; shortened.
    private const string Browser = $"""
        v=0
        o=- 4611731400430051336 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=extmap-allow-mixed
        a=msid-semantic: WMS
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=candidate:1467250027 1 udp 2122260223 8e1b8f08-6c5c-4f3a-b24d-7b1ac7c9a8f2.local 46243 typ host generation 0 network-id 1
        a=ice-ufrag:h6vY
        a=ice-pwd:VOkJxbRl1RmTxUk/WvJxBtab
        a=ice-options:trickle
        a=fingerprint:sha-256 {Digest}
        a=setup:actpass
        a=mid:0
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=sendrecv
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:111 opus/48000/2
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000
        m=video 9 UDP/TLS/RTP/SAVPF 96
        c=IN IP4 0.0.0.0
        a=mid:1
        a=rtpmap:96 VP8/90000

        """;

    [Fact]
    public void A_browsers_offer_is_answered_as_the_lite_and_active_side()
    {
        var answer = Session().AnswerOffer(SdpText.Parse(Browser))!;
        Assert.Equal(["m=audio 40000 UDP/TLS/RTP/SAVPF 0 13 126", "m=video 0 UDP/TLS/RTP/SAVPF 96"], SdpText.MediaLines(answer.Description));
        var lines = answer.Description.ToString().Split("\r\n");
        var ice = answer.Media.Ice!;
        Assert.Equal(("h6vY", "VOkJxbRl1RmTxUk/WvJxBtab"), (ice.Remote.Ufrag, ice.Remote.Password));
        string[] expected =
        [
            "a=ice-lite", "a=group:BUNDLE 0", "a=mid:0", "a=rtcp-mux", "a=setup:active", $"a=ice-ufrag:{ice.Local.Ufrag}", $"a=ice-pwd:{ice.Local.Password}",
            "a=candidate:1 1 udp 2130706431 192.0.2.9 40000 typ host", $"a=fingerprint:sha-256 {string.Join(':', Enumerable.Repeat("0F", 32))}", "a=sendrecv",
        ];
        Assert.All(expected, line => Assert.Contains(line, lines));
        Assert.DoesNotContain(lines, line => line.Contains("extmap", StringComparison.Ordinal) || line.Contains("crypto", StringComparison.Ordinal));
        Assert.Equal(MediaDirection.SendRecv, answer.Media.Direction);
        Assert.True(answer.Media.RtcpMux && answer.Media.Dtls!.IsActive);
        Assert.Equal([new CertificateFingerprint("sha-256", Digest.Replace(":", "", StringComparison.Ordinal))], answer.Media.Dtls!.Remote);
        Assert.Equal(126, answer.Media.TelephoneEventPayloadType);
    }

    [Theory]
    [InlineData("actpass", "a=setup:passive", false)]
    [InlineData("active", "a=setup:passive", false)]
    [InlineData("passive", "a=setup:active", true)]
    public void Without_ice_the_peer_begins_unless_it_insists(string setup, string answered, bool isActive)
    {
        var answer = Session().AnswerOffer(SdpText.Parse(Phone(setup)))!;
        Assert.Contains(answered, answer.Description.ToString(), StringComparison.Ordinal);
        Assert.Equal(isActive, answer.Media.Dtls!.IsActive);
        Assert.Null(answer.Media.Ice);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 5004), answer.Media.Remote);
    }

    [Theory]
    [InlineData("a=setup:actpass", "a=setup:holdconn", "a role that is none")]
    [InlineData("a=rtcp-mux\n", "", "RTCP on a port of its own")]
    [InlineData("4A:AD", "4A:A", "a digest that is too short")]
    public void A_handshake_that_cannot_be_is_refused(string part, string instead, string why)
    {
        var offer = SdpText.Parse(Phone("actpass").Replace(part, instead, StringComparison.Ordinal));
        Assert.True(Session().AnswerOffer(offer) is null, why);
        Assert.Equal(OfferRefusal.NoCommonEncryption, Session().Examine(offer));
    }

    [Theory]
    [InlineData("sha-1", 20)]
    [InlineData("SHA-1", 20)]
    [InlineData("md5", 16)]
    public void A_certificate_told_by_a_weak_hash_alone_is_refused_as_such(string hash, int bytes)
    {
        var strong = Phone("actpass");
        var weak = $"a=fingerprint:{hash} {string.Join(':', Enumerable.Repeat("4A", bytes))}\n";
        var offer = SdpText.Parse(strong.Replace($"a=fingerprint:sha-256 {Digest}\n", weak, StringComparison.Ordinal));
        Assert.Equal(OfferRefusal.WeakFingerprint, Session().Examine(offer));
        Assert.Equal(OfferRefusal.NoCommonEncryption, Session(local => local with { Fingerprint = null }).Examine(offer));
        Assert.Null(Session().AnswerOffer(offer));
        Assert.Equal("sha-256", Assert.Single(Session().AnswerOffer(SdpText.Parse(strong + weak + $"a=fingerprint:sha-256 {Digest}\n"))!.Media.Dtls!.Remote).Hash);
    }

    [Fact]
    public void What_the_line_says_of_its_certificate_holds_instead_of_what_the_session_says()
    {
        var weak = $"a=fingerprint:sha-1 {string.Join(':', Enumerable.Repeat("4A", 20))}\n";
        Assert.Equal(OfferRefusal.WeakFingerprint, Session().Examine(SdpText.Parse(Phone("actpass") + weak)));
        Assert.Equal(OfferRefusal.NoCommonEncryption, Session().Examine(SdpText.Parse(Phone("actpass") + "a=fingerprint:sha-256 4A\n")));
        var session = Phone("actpass").Replace($"a=fingerprint:sha-256 {Digest}\n", weak, StringComparison.Ordinal);
        Assert.Equal(OfferRefusal.NoCommonEncryption, Session().Examine(SdpText.Parse(session + "a=fingerprint:sha-256 4A\n")));
        Assert.NotNull(Session().AnswerOffer(SdpText.Parse(session + $"a=fingerprint:sha-256 {Digest}\n")));
    }

    [Theory]
    [InlineData("sha-384", 48)]
    [InlineData("sha-512", 64)]
    public void Of_several_hashes_the_strongest_holds(string hash, int bytes)
    {
        var stronger = $"a=fingerprint:{hash} {string.Join(':', Enumerable.Repeat("4A", bytes))}\n";
        var answer = Session().AnswerOffer(SdpText.Parse(Phone("actpass") + $"a=fingerprint:sha-256 {Digest}\n" + stronger))!;
        Assert.Equal([new CertificateFingerprint(hash, string.Concat(Enumerable.Repeat("4A", bytes)))], answer.Media.Dtls!.Remote);
    }

    [Fact]
    public void Who_may_not_speak_it_refuses()
    {
        var session = Session(local => local with { Fingerprint = null });
        Assert.Equal(OfferRefusal.NoCommonEncryption, session.Examine(SdpText.Parse(Browser)));
        Assert.Null(session.AnswerOffer(SdpText.Parse(Browser)));
    }

    [Fact]
    public void A_reoffer_keeps_credentials_roles_and_association_and_a_restart_renews_the_credentials_only()
    {
        var session = Session();
        var first = session.AnswerOffer(SdpText.Parse(Browser))!.Media;
        var again = session.AnswerOffer(SdpText.Parse(Browser))!.Media;
        Assert.Same(first.Ice, again.Ice);
        Assert.Same(first.Dtls, again.Dtls);
        var restarted = session.AnswerOffer(SdpText.Parse(Browser.Replace("h6vY", "neW1", StringComparison.Ordinal)))!.Media;
        Assert.NotEqual(first.Ice!.Local, restarted.Ice!.Local);
        Assert.Same(first.Dtls, restarted.Dtls);
        var renewed = session.AnswerOffer(SdpText.Parse(Browser.Replace("4A:AD", "4A:AE", StringComparison.Ordinal)))!.Media;
        Assert.NotEqual(first.Dtls!.Remote, renewed.Dtls!.Remote);
    }

    [Theory]
    [InlineData("RTP/AVP", "")]
    [InlineData("RTP/SAVP", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\n")]
    public void What_began_with_a_handshake_never_goes_on_without(string protocol, string crypto)
    {
        var session = Session(local => local with { Encryption = EncryptionPolicy.Optional });
        Assert.NotNull(session.AnswerOffer(SdpText.Parse(Phone("actpass"))));
        var downgraded = SdpText.Parse(Phone("actpass").Replace("UDP/TLS/RTP/SAVP", protocol, StringComparison.Ordinal) + crypto);
        Assert.Null(session.AnswerOffer(downgraded));
        Assert.NotNull(session.Media!.Dtls);
        Assert.NotNull(Session(local => local with { Encryption = EncryptionPolicy.Optional }).AnswerOffer(downgraded)); // by itself it is a good offer
    }

    [Fact]
    public void We_offer_what_a_browser_needs_and_take_its_answer()
    {
        var session = Session(local => local with { OffersWebRtc = true, Encryption = EncryptionPolicy.Optional });
        var offer = session.CreateOffer();
        Assert.Equal(["m=audio 40000 UDP/TLS/RTP/SAVPF 0 8 101"], SdpText.MediaLines(offer));
        var lines = offer.ToString().Split("\r\n");
        Assert.All((string[])["a=ice-lite", "a=group:BUNDLE 0", "a=mid:0", "a=rtcp-mux", "a=setup:actpass", "a=candidate:1 1 udp 2130706431 192.0.2.9 40000 typ host"], line => Assert.Contains(line, lines));
        Assert.DoesNotContain(lines, line => line.StartsWith("a=crypto", StringComparison.Ordinal));

        var browser = Session(local => local with { Address = IPAddress.Parse("192.0.2.1") });
        Assert.Null(browser.AnswerOffer(offer)!.Media.Ice); // two lite sides
        var answer = browser.LocalDescription!;
        var line = answer.Media[0];
        answer = answer with
        {
            Attributes = [],
            Media = [line with { Attributes = [.. line.Attributes, new("ice-ufrag", "abcd"), new("ice-pwd", "0123456789012345678901")] }],
        };
        var media = session.AcceptAnswer(answer)!;
        Assert.Equal("abcd", media.Ice!.Remote.Ufrag);
        Assert.Contains($"a=ice-ufrag:{media.Ice.Local.Ufrag}", lines);
        Assert.True(media.RtcpMux);
        Assert.Equal(browser.Media!.Dtls!.IsActive, !media.Dtls!.IsActive);
        // A re-offer restarts nothing.
        Assert.Contains($"a=ice-ufrag:{media.Ice.Local.Ufrag}", session.CreateOffer().ToString().Split("\r\n"));
    }

    [Fact]
    public void An_answer_in_the_clear_to_a_handshake_is_none()
    {
        var session = Session(local => local with { OffersWebRtc = true, Encryption = EncryptionPolicy.Optional });
        session.CreateOffer();
        Assert.Null(session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 5004 RTP/AVP 0\n")));
        Assert.Null(session.AcceptAnswer(SdpText.Parse(Phone("actpass"))));
        Assert.NotNull(session.AcceptAnswer(SdpText.Parse(Phone("active"))));
    }

    [Fact]
    public void A_trunk_is_offered_a_handshake_in_either_role_and_nothing_else()
    {
        var session = Session(local => local with { Encryption = EncryptionPolicy.Handshake });
        var offer = session.CreateOffer();
        Assert.Equal(["m=audio 40000 UDP/TLS/RTP/SAVP 0 8 101"], SdpText.MediaLines(offer));
        var lines = offer.ToString().Split("\r\n");
        Assert.All((string[])["a=setup:actpass", "a=rtcp-mux", $"a=fingerprint:sha-256 {string.Join(':', Enumerable.Repeat("0F", 32))}"], line => Assert.Contains(line, lines));
        Assert.DoesNotContain(lines, line => line.Contains("ice-", StringComparison.Ordinal) || line.StartsWith("a=crypto", StringComparison.Ordinal));
        foreach (var answer in (string[])["RTP/AVP 0\n", "RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\n", "UDP/TLS/RTP/SAVP 0\na=rtcp-mux\n"])
            Assert.Null(session.AcceptAnswer(SdpText.Parse(SdpText.Head + "m=audio 5004 " + answer)));
        Assert.False(session.AcceptAnswer(SdpText.Parse(Phone("active")))!.Dtls!.IsActive);
        Assert.True(session.AcceptAnswer(SdpText.Parse(Phone("passive")))!.Dtls!.IsActive);
    }

    [Theory]
    [InlineData("m=audio 5004 RTP/AVP 0\n")]
    [InlineData("m=audio 5004 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\n")]
    public void Where_keys_have_to_come_from_a_handshake_nothing_else_is_taken(string media)
    {
        var session = Session(local => local with { Encryption = EncryptionPolicy.Handshake });
        Assert.Null(session.AnswerOffer(SdpText.Parse(SdpText.Head + media)));
        Assert.Equal(OfferRefusal.NoCommonEncryption, session.Examine(SdpText.Parse(SdpText.Head + media)));
        Assert.NotNull(session.AnswerOffer(SdpText.Parse(Phone("actpass") + media)));
    }

    [Fact]
    public void Ice_goes_with_plain_audio_too_but_only_where_the_offer_has_it()
    {
        const string plain = SdpText.Head + "m=audio 5004 RTP/AVP 0\n";
        const string ice = plain + "a=rtcp-mux\na=ice-ufrag:abcd\na=ice-pwd:0123456789012345678901\n";
        Assert.NotNull(Session().AnswerOffer(SdpText.Parse(ice))!.Media.Ice);
        Assert.Null(Session(local => local with { Ice = false }).AnswerOffer(SdpText.Parse(ice))!.Media.Ice);
        Assert.Null(Session().AnswerOffer(SdpText.Parse(ice.Replace("a=rtcp-mux\n", "", StringComparison.Ordinal)))!.Media.Ice);
        Assert.Null(Session().AnswerOffer(SdpText.Parse(ice.Replace("0123456789012345678901", "short", StringComparison.Ordinal)))!.Media.Ice);
        var answer = Session().AnswerOffer(SdpText.Parse(plain))!;
        Assert.DoesNotContain("ice-", answer.Description.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IN IP6 2001:db8::1")]
    [InlineData("IN IP4 phone.example")]
    public void An_address_that_cannot_be_reached_is_refused_unless_checks_will_tell_another(string connection)
    {
        var ice = $"v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc={connection}\nt=0 0\nm=audio 5004 RTP/AVP 0\na=rtcp-mux\na=ice-ufrag:abcd\na=ice-pwd:0123456789012345678901\n";
        Assert.NotNull(Session().AnswerOffer(SdpText.Parse(ice)));
        foreach (var offer in (string[])[ice.Replace("a=rtcp-mux\n", "", StringComparison.Ordinal), ice.Replace("t=0 0\n", "t=0 0\na=ice-lite\n", StringComparison.Ordinal)])
        {
            Assert.Null(Session().AnswerOffer(SdpText.Parse(offer)));
            Assert.NotEqual(OfferRefusal.None, Session().Examine(SdpText.Parse(offer)));
        }
    }

    private static string Phone(string setup) =>
        SdpText.Head + $"a=fingerprint:sha-256 {Digest}\nm=audio 5004 UDP/TLS/RTP/SAVP 0 101\na=rtpmap:101 telephone-event/8000\na=setup:{setup}\na=rtcp-mux\n";

    private static OfferAnswerSession Session(Func<MediaCapabilities, MediaCapabilities>? change = null) =>
        SdpText.Session(local => (change ?? (same => same))(local with { Fingerprint = Ours, Ice = true }));
}
