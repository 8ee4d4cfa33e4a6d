using CallCluster.Sip.Sdp;
using CallCluster.Sip.Sdp.Encryption;

namespace CallCluster.Sip.Tests.Sdp.Encryption;

/// <summary>What offers and answers may come to under each policy (RFC 4568 §5.1, RFC 8643), and that nothing talks an encrypted call into the clear.</summary>
public sealed class EncryptionNegotiationTests
{
    private const string Key80 = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\n";
    private const string OtherKey80 = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR\n";
    private const string Key32Second = "a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj\n";
    private const string Unusable = "a=crypto:1 F8_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\n";
    private const string Plain = "m=audio 5004 RTP/AVP 0\n";
    private const string Secure = "m=audio 5004 RTP/SAVP 0\n";

    [Theory]
    [InlineData(EncryptionPolicy.Off, Plain, OfferRefusal.None, false)]
    [InlineData(EncryptionPolicy.Off, Plain + Key80, OfferRefusal.None, false)]
    [InlineData(EncryptionPolicy.Off, Secure + Key80, OfferRefusal.NoCommonEncryption, false)]
    [InlineData(EncryptionPolicy.Optional, Plain, OfferRefusal.None, false)]
    [InlineData(EncryptionPolicy.Optional, Plain + Key80, OfferRefusal.None, true)]
    [InlineData(EncryptionPolicy.Optional, Plain + Unusable, OfferRefusal.None, false)]
    [InlineData(EncryptionPolicy.Optional, Secure + Key80, OfferRefusal.None, true)]
    [InlineData(EncryptionPolicy.Optional, Secure + Unusable, OfferRefusal.NoCommonEncryption, false)]
    [InlineData(EncryptionPolicy.Optional, Secure, OfferRefusal.NoCommonEncryption, false)]
    [InlineData(EncryptionPolicy.Optional, Plain + Secure + Key80, OfferRefusal.None, true)]
    [InlineData(EncryptionPolicy.Required, Plain, OfferRefusal.EncryptionRequired, false)]
    [InlineData(EncryptionPolicy.Required, Plain + Unusable, OfferRefusal.EncryptionRequired, false)]
    [InlineData(EncryptionPolicy.Required, Plain + Key80, OfferRefusal.None, true)]
    [InlineData(EncryptionPolicy.Required, Secure + Key80, OfferRefusal.None, true)]
    [InlineData(EncryptionPolicy.Required, Secure + Unusable, OfferRefusal.EncryptionRequired, false)]
    [InlineData(EncryptionPolicy.Required, "m=audio 5004 RTP/SAVP 18\n" + Key80, OfferRefusal.NoCommonCodec, false)]
    public void An_offer_is_taken_or_refused(EncryptionPolicy policy, string media, OfferRefusal refusal, bool encrypted)
    {
        var session = Session(policy);
        var offer = SdpText.Parse(SdpText.Head + media);
        Assert.Equal(refusal, session.Examine(offer));
        var answer = session.AnswerOffer(offer);
        Assert.Equal(refusal == OfferRefusal.None, answer is not null);
        Assert.Equal(encrypted, answer?.Media.Keys is not null);
        var lines = CryptoLines(answer?.Description);
        Assert.Equal(encrypted ? 1 : 0, lines.Length);
        if (encrypted)
        {
            Assert.StartsWith("1 AES_CM_128_HMAC_SHA1_80 inline:", lines[0], StringComparison.Ordinal);
            Assert.DoesNotContain("WVNfX19zZW1jdGwg", lines[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_offerers_first_usable_line_is_taken_under_its_tag()
    {
        var answer = Session(EncryptionPolicy.Required).AnswerOffer(SdpText.Parse(SdpText.Head + Secure + Unusable + Key32Second))!;
        Assert.StartsWith("2 AES_CM_128_HMAC_SHA1_32 inline:", Assert.Single(CryptoLines(answer.Description)), StringComparison.Ordinal);
        Assert.Equal(2, answer.Media.Keys!.Local.Tag);
    }

    [Theory]
    [InlineData(EncryptionPolicy.Off, "RTP/AVP", 0)]
    [InlineData(EncryptionPolicy.Optional, "RTP/AVP", 5)]
    [InlineData(EncryptionPolicy.Required, "RTP/SAVP", 5)]
    public void Our_offer_says_the_policy(EncryptionPolicy policy, string protocol, int lines)
    {
        var offer = Session(policy).CreateOffer();
        Assert.Equal(protocol, offer.Media[0].Protocol);
        Assert.Equal(lines, CryptoLines(offer).Distinct().Count());
    }

    [Theory]
    [InlineData(EncryptionPolicy.Off, "m=audio 5004 RTP/AVP 0\n", true)]
    [InlineData(EncryptionPolicy.Optional, "m=audio 5004 RTP/AVP 0\n", true)]
    [InlineData(EncryptionPolicy.Required, "m=audio 5004 RTP/AVP 0\n", false)]
    [InlineData(EncryptionPolicy.Required, "m=audio 5004 RTP/SAVP 0\n", false)]
    // The tag is one that we offered, the suite is not its.
    [InlineData(EncryptionPolicy.Optional, Plain + Key80, false)]
    [InlineData(EncryptionPolicy.Required, Secure + Key80, false)]
    // Keys that cannot be used are no reason to go on in the clear.
    [InlineData(EncryptionPolicy.Optional, Plain + Unusable, false)]
    [InlineData(EncryptionPolicy.Off, Plain + Key80, false)]
    public void An_answer_without_a_key_we_offered_is_taken_only_when_plain_was_offered(EncryptionPolicy policy, string media, bool taken)
    {
        var session = Session(policy);
        session.CreateOffer();
        var agreed = session.AcceptAnswer(SdpText.Parse(SdpText.Head + media));
        Assert.Equal(taken, agreed is not null);
        Assert.Null(agreed?.Keys);
    }

    [Theory]
    [InlineData(EncryptionPolicy.Optional)]
    [InlineData(EncryptionPolicy.Required)]
    public void Two_of_us_agree_on_keys_crosswise(EncryptionPolicy policy)
    {
        var (caller, callee) = (Session(policy), Session(EncryptionPolicy.Required));
        var answer = callee.AnswerOffer(caller.CreateOffer())!;
        var agreed = caller.AcceptAnswer(answer.Description)!;
        Assert.True(agreed.Keys!.Local.SameKey(answer.Media.Keys!.Remote));
        Assert.True(agreed.Keys.Remote.SameKey(answer.Media.Keys.Local));
        Assert.False(agreed.Keys.Remote.SameKey(agreed.Keys.Local));
    }

    [Fact]
    public void An_answer_that_sends_our_own_key_back_is_refused()
    {
        var session = Session(EncryptionPolicy.Required);
        var line = CryptoLines(session.CreateOffer())[3];
        Assert.Null(session.AcceptAnswer(SdpText.Parse($"{SdpText.Head}{Secure}a=crypto:{line}\n")));
    }

    [Fact]
    public void A_reoffer_with_the_same_key_changes_no_key_and_one_with_a_new_key_gets_a_new_one()
    {
        var session = Session(EncryptionPolicy.Optional);
        var first = session.AnswerOffer(SdpText.Parse(SdpText.Head + Secure + Key80))!.Media.Keys!;
        Assert.Same(first, session.AnswerOffer(SdpText.Parse(SdpText.Head + Secure + Key80 + "a=sendonly\n"))!.Media.Keys);
        Assert.Contains(session.CreateOffer().Media[0].Attributes, attribute => attribute == first.Local.ToAttribute());
        var renewed = session.AnswerOffer(SdpText.Parse(SdpText.Head + Secure + OtherKey80))!.Media.Keys!;
        Assert.False(renewed.Local.SameKey(first.Local));
        Assert.False(renewed.Remote.SameKey(first.Remote));
    }

    [Theory]
    [InlineData(Plain)]
    [InlineData(Plain + Unusable)]
    [InlineData(Secure)]
    public void What_was_encrypted_once_stays_so(string downgrade)
    {
        var session = Session(EncryptionPolicy.Optional);
        var keys = session.AnswerOffer(SdpText.Parse(SdpText.Head + Plain + Key80))!.Media.Keys;
        Assert.Null(session.AnswerOffer(SdpText.Parse(SdpText.Head + downgrade)));
        Assert.Same(keys, session.Media!.Keys);
        session.CreateOffer();
        Assert.Null(session.AcceptAnswer(SdpText.Parse(SdpText.Head + downgrade)));
        Assert.Same(keys, session.Media!.Keys);
    }

    private static OfferAnswerSession Session(EncryptionPolicy policy) => SdpText.Session(local => local with { Encryption = policy });

    private static string[] CryptoLines(SessionDescription? description) =>
        [.. description?.Media.SelectMany(line => line.Attributes).Where(attribute => attribute.Name == "crypto").Select(attribute => attribute.Value!) ?? []];
}
