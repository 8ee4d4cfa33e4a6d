using CallCluster.Sip.Sdp;
using CallCluster.Sip.Sdp.Encryption;

namespace CallCluster.Sip.Tests.Sdp.Encryption;

/// <summary>Whether a re-offer or its answer means the association that is up or another: <c>a=tls-id</c> (RFC 8842).</summary>
public sealed class DtlsAssociationTests
{
    private const string First = "0123456789+/-_abcdef";
    private const string Second = "0123456789+/-_ABCDEF";
    private static readonly CertificateFingerprint Ours = new("sha-256", string.Concat(Enumerable.Repeat("0F", 32)));

    private static OfferAnswerSession Session() => SdpText.Session(local => local with { Fingerprint = Ours, Encryption = EncryptionPolicy.Handshake });

    private static SessionDescription Phone(string? id, string setup = "actpass", string certificate = "4A") => SdpText.Parse(
        $"{SdpText.Head}m=audio 5004 UDP/TLS/RTP/SAVP 0\na=fingerprint:sha-256 {string.Join(':', Enumerable.Repeat(certificate, 32))}\na=setup:{setup}\na=rtcp-mux\n{(id is null ? "" : $"a=tls-id:{id}\n")}");

    private static string? IdIn(SessionDescription description) => description.Media[0].Attributes.SingleOrDefault(attribute => attribute.Name == "tls-id").Value;

    [Fact]
    public void An_offered_name_is_answered_with_ours_and_both_stay_while_the_association_does()
    {
        var session = Session();
        var first = session.AnswerOffer(Phone(First))!;
        Assert.InRange(IdIn(first.Description)!.Length, 20, 255);
        Assert.Equal(First, first.Media.Dtls!.RemoteId);
        var again = session.AnswerOffer(Phone(First))!;
        Assert.Same(first.Media.Dtls, again.Media.Dtls);
        Assert.Equal(IdIn(first.Description), IdIn(again.Description));
        Assert.Equal(IdIn(first.Description), IdIn(session.CreateOffer()));
        Assert.NotEqual(IdIn(first.Description), IdIn(Session().AnswerOffer(Phone(First))!.Description));
    }

    [Fact]
    public void Another_name_for_the_same_certificate_is_another_association_which_gets_another_name_of_ours()
    {
        var session = Session();
        var first = session.AnswerOffer(Phone(First))!;
        var second = session.AnswerOffer(Phone(Second))!;
        Assert.NotSame(first.Media.Dtls, second.Media.Dtls);
        Assert.Equal(Second, second.Media.Dtls!.RemoteId);
        Assert.NotEqual(IdIn(first.Description), IdIn(second.Description));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("too-short")]
    [InlineData("0123456789 abcdefghijk")]
    public void Who_gives_no_name_gets_none_and_goes_by_the_certificate(string? id)
    {
        var session = Session();
        var first = session.AnswerOffer(Phone(id))!;
        Assert.Null(IdIn(first.Description));
        Assert.Same(first.Media.Dtls, session.AnswerOffer(Phone(id))!.Media.Dtls);
        Assert.NotSame(first.Media.Dtls, session.AnswerOffer(Phone(id, certificate: "4B"))!.Media.Dtls);
    }

    [Fact]
    public void A_name_that_comes_or_goes_changes_nothing()
    {
        var session = Session();
        var first = session.AnswerOffer(Phone(null))!.Media.Dtls;
        Assert.Same(first, session.AnswerOffer(Phone(First))!.Media.Dtls);
        session = Session();
        first = session.AnswerOffer(Phone(First))!.Media.Dtls;
        Assert.Same(first, session.AnswerOffer(Phone(null))!.Media.Dtls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_name_that_comes_later_is_the_associations_from_then_on(bool byAnswer)
    {
        var session = Session();
        var first = session.AnswerOffer(Phone(null))!.Media.Dtls!;
        Assert.Same(first, Next(First));
        Assert.Same(first, Next(null));
        Assert.Same(first, Next(First));
        var second = Next(Second);
        Assert.NotSame(first, second);
        Assert.Equal(Second, second.RemoteId);
        Assert.NotSame(second, Next(First));

        DtlsAgreement Next(string? id)
        {
            if (!byAnswer)
                return session.AnswerOffer(Phone(id))!.Media.Dtls!;
            session.CreateOffer();
            return session.AcceptAnswer(Phone(id, "active"))!.Dtls!;
        }
    }

    [Fact]
    public void Our_offers_name_the_association_and_an_answer_with_another_name_makes_another()
    {
        var session = Session();
        var offered = IdIn(session.CreateOffer())!;
        var first = session.AcceptAnswer(Phone(First, "active"))!.Dtls!;
        Assert.Equal((offered, First), (first.LocalId, first.RemoteId));
        Assert.Equal(offered, IdIn(session.CreateOffer()));
        Assert.Same(first, session.AcceptAnswer(Phone(First, "active"))!.Dtls);
        session.CreateOffer();
        Assert.Equal(Second, session.AcceptAnswer(Phone(Second, "active"))!.Dtls!.RemoteId);
    }
}
