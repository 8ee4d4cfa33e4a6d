namespace CallCluster.Sip.Messages;

/// <summary>What each <see cref="SipParseError"/> means to a reader of logs and to the peer.</summary>
public static class SipParseErrors
{
    public static string Describe(this SipParseError error) => error switch
    {
        SipParseError.None => "The message is well formed.",
        SipParseError.KeepAlive => "The datagram holds nothing but line ends or NULs: a keep-alive.",
        SipParseError.MessageTooLong => "The message, or the body length it declares, is over 64 KB.",
        SipParseError.MalformedStartLine => "The first line is neither a request line nor a status line.",
        SipParseError.UnsupportedVersion => "The request line's version is not SIP/2.0.",
        SipParseError.MalformedRequestUri => "The Request-URI breaks the grammar of its scheme.",
        SipParseError.RequestUriTooLong => "The Request-URI is over 2 KB.",
        SipParseError.RequestUriWithHeaders => "The Request-URI carries header fields, which only other URIs may.",
        SipParseError.MalformedStatusCode => "The status code is not a number from 100 to 699.",
        SipParseError.IncompleteHeaders => "The message ends before the empty line that closes its header section.",
        SipParseError.MalformedHeader => "A header line has no name, no colon, or a name that is no token.",
        SipParseError.BareLineEnd => "The header section has a CR or LF that is not part of a CR LF.",
        SipParseError.ControlCharacter => "The header section has a control character outside of a quoted pair.",
        SipParseError.TooManyHeaders => "The message has more than 200 header fields or too many values of one kind.",
        SipParseError.HeaderTooLong => "A header field is over 8 KB.",
        SipParseError.MissingHeader => "A header field that every message must have is missing.",
        SipParseError.DuplicateHeader => "A header field that may stand once stands more than once.",
        SipParseError.MalformedHeaderValue => "A header field that routing or matching rests on breaks its grammar.",
        SipParseError.MethodMismatch => "The methods of request line and CSeq differ.",
        SipParseError.MalformedContentLength => "Content-Length is not a plain number.",
        SipParseError.ContradictingContentLength => "Two Content-Length fields differ.",
        SipParseError.IncompleteBody => "The datagram ends before the body that Content-Length declares.",
        _ => "The message is malformed.",
    };

    /// <summary>The status that tells the sender of a request; null where nothing can be answered.</summary>
    internal static int? Status(this SipParseError error) => error switch
    {
        SipParseError.None or SipParseError.KeepAlive or SipParseError.MalformedStatusCode => null,
        SipParseError.UnsupportedVersion => 505,
        SipParseError.RequestUriTooLong => 414,
        SipParseError.MessageTooLong => 513,
        _ => 400,
    };
}
