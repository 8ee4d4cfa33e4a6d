using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Tests.Messages;

/// <summary>Each message of RFC 4475, as far as a parser and framer decide; what is beyond syntax must parse and is the stack's.</summary>
public class Rfc4475Tests
{
    private const SipParseError Fine = SipParseError.None;

    /// <summary>Name, what the parser says, the header it blames, the status for the sender; and what a stream framer says.</summary>
    public static TheoryData<string, SipParseError, string?, int?, SipParseError> Verdicts => new()
    {
        { "wsinv", Fine, null, null, Fine },
        { "intmeth", Fine, null, null, Fine },
        { "esc01", Fine, null, null, Fine },
        { "escnull", Fine, null, null, Fine },
        { "esc02", Fine, null, null, Fine },
        { "lwsdisp", Fine, null, null, Fine },
        { "longreq", Fine, null, null, Fine },
        { "dblreq", Fine, null, null, Fine },
        { "semiuri", Fine, null, null, Fine },
        { "transports", Fine, null, null, Fine },
        { "mpart01", Fine, null, null, Fine },
        { "unreason", Fine, null, null, Fine },
        { "noreason", Fine, null, null, Fine },
        { "badinv01", SipParseError.MalformedHeaderValue, "Via", 400, Fine },
        { "clerr", SipParseError.IncompleteBody, null, 400, Fine },
        { "ncl", SipParseError.MalformedContentLength, null, 400, SipParseError.MalformedContentLength },
        { "scalar02", SipParseError.MalformedHeaderValue, "CSeq", 400, Fine },
        { "scalarlg", SipParseError.MalformedHeaderValue, "CSeq", null, Fine },
        { "quotbal", SipParseError.MalformedHeaderValue, "To", 400, Fine },
        { "ltgtruri", SipParseError.MalformedRequestUri, null, 400, Fine },
        { "lwsruri", SipParseError.MalformedRequestUri, null, 400, Fine },
        { "lwsstart", SipParseError.MalformedRequestUri, null, 400, Fine },
        { "trws", SipParseError.MalformedStartLine, null, 400, Fine },
        { "escruri", SipParseError.RequestUriWithHeaders, null, 400, Fine },
        { "baddate", Fine, null, null, Fine },
        { "regbadct", SipParseError.MalformedHeaderValue, "Contact", 400, Fine },
        { "badaspec", SipParseError.MalformedHeaderValue, "To", 400, Fine },
        { "baddn", SipParseError.IncompleteHeaders, null, 400, Fine },
        { "badvers", SipParseError.UnsupportedVersion, null, 505, Fine },
        { "mismatch01", SipParseError.MethodMismatch, "CSeq", 400, Fine },
        { "mismatch02", SipParseError.MethodMismatch, "CSeq", 400, Fine },
        { "bigcode", SipParseError.MalformedStartLine, null, null, Fine },
        { "badbranch", Fine, null, null, Fine },
        { "insuf", SipParseError.MissingHeader, "From", 400, Fine },
        { "unkscm", Fine, null, null, Fine },
        { "novelsc", Fine, null, null, Fine },
        { "unksm2", Fine, null, null, Fine },
        { "bext01", Fine, null, null, Fine },
        { "invut", Fine, null, null, Fine },
        { "regaut01", Fine, null, null, Fine },
        { "multi01", SipParseError.DuplicateHeader, "CSeq", 400, Fine },
        { "mcl01", SipParseError.ContradictingContentLength, null, 400, SipParseError.ContradictingContentLength },
        { "bcast", Fine, null, null, Fine },
        { "zeromf", Fine, null, null, Fine },
        { "cparam01", Fine, null, null, Fine },
        { "cparam02", Fine, null, null, Fine },
        { "regescrt", Fine, null, null, Fine },
        { "sdp01", Fine, null, null, Fine },
        { "inv2543", Fine, null, null, Fine },
    };

    [Fact]
    public void Every_message_of_the_corpus_has_a_verdict()
    {
        var names = Rfc4475Corpus.ReadAll().Select(message => message.Name).Where(name => name != "test");
        Assert.Equal(names, Verdicts.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void As_a_datagram(string name, SipParseError error, string? header, int? status, SipParseError framing)
    {
        _ = framing;
        var result = SipParser.Parse(Rfc4475Corpus.Read(name));
        Assert.Equal((error, header, status), (result.Error, result.Header, result.Status));
        Assert.Equal(error == Fine, result.Message is not null);
        Assert.Equal(status is not null, result.PartialRequest is not null);
    }

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void As_a_stream_that_arrives_byte_by_byte(string name, SipParseError error, string? header, int? status, SipParseError framing)
    {
        _ = (error, header, status);
        var bytes = Rfc4475Corpus.Read(name);
        var framer = new SipFramer();
        var found = Fine;
        for (var length = 1; length <= bytes.Length; length++)
        {
            var frame = framer.Read(bytes.AsSpan(0, length));
            if (frame.Kind == SipFrameKind.NeedMore)
                continue;
            found = frame.Error;
            if (frame.Kind == SipFrameKind.Message)
                Assert.Equal(length, frame.Length);
            break;
        }

        Assert.Equal(framing, found);
    }

    [Fact]
    public void A_refused_request_can_be_answered_whatever_its_fault()
    {
        var answered = 0;
        foreach (var (name, bytes) in Rfc4475Corpus.ReadAll())
        {
            if (SipParser.Parse(bytes) is not { PartialRequest: { } partial, Status: { } status })
                continue;
            var sent = SipWriter.ToArray(SipResponse.For(partial, status, toTag: "t"));
            Assert.NotNull(partial.TopVia);
            Assert.True(new SipFramer().Read(sent) is { Kind: SipFrameKind.Message } frame && frame.Length == sent.Length, name);
            answered++;
        }

        Assert.Equal(Verdicts.Count(row => row.Data.Item4 is not null), answered);
    }
}
