using System.Text;
using CallCluster.Sip.Syntax;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Messages;

/// <summary>start-line = Request-Line / Status-Line (RFC 3261 sections 7.1, 7.2 and 25.1).</summary>
internal readonly struct StartLine
{
    public SipParseError Error { get; private init; }

    /// <summary>First byte after the line's CR LF.</summary>
    public int End { get; private init; }

    /// <summary>Null for a status line and where even the method cannot be read.</summary>
    public string? Method { get; private init; }

    /// <summary>Where the checked Request-URI starts in the message; its length is 0 when it is malformed.</summary>
    public int UriStart { get; private init; }

    public int UriLength { get; private init; }

    public int StatusCode { get; private init; }

    public string? ReasonPhrase { get; private init; }

    public bool IsRequest => Method is not null;

    public static StartLine Parse(ReadOnlySpan<byte> message)
    {
        var error = TryFindEnd(message, out var length);
        if (error != SipParseError.None)
            return new StartLine { Error = error };
        var line = message[..length];
        return line.StartsWith("SIP/"u8) ? ParseStatusLine(line) : ParseRequestLine(line);
    }

    /// <summary>The start line ends with the first CR LF, and no other control character comes before that.</summary>
    public static SipParseError TryFindEnd(ReadOnlySpan<byte> message, out int length)
    {
        length = message.IndexOfAny(Grammar.Controls);
        if (length < 0)
            return SipParseError.MalformedStartLine;
        if (message[length..].StartsWith("\r\n"u8))
            return SipParseError.None;
        return message[length] is (byte)'\r' or (byte)'\n' ? SipParseError.BareLineEnd : SipParseError.ControlCharacter;
    }

    /// <summary>Status-Line = SIP-Version SP Status-Code SP Reason-Phrase CRLF</summary>
    private static StartLine ParseStatusLine(ReadOnlySpan<byte> line)
    {
        var end = line.Length + 2;
        if (!line.StartsWith("SIP/2.0 "u8) || line.Length < 12 || line[11] != ' ')
            return new StartLine { Error = SipParseError.MalformedStartLine, End = end };
        if (!Grammar.TryReadNumber(line[8..11], 699, out var status) || status < 100)
            return new StartLine { Error = SipParseError.MalformedStatusCode, End = end };
        return new StartLine { StatusCode = (int)status, ReasonPhrase = ReadReason((int)status, line[12..]), End = end };
    }

    /// <summary>Request-Line = Method SP Request-URI SP SIP-Version CRLF</summary>
    private static StartLine ParseRequestLine(ReadOnlySpan<byte> line)
    {
        var end = line.Length + 2;
        var space = line.IndexOf((byte)' ');
        if (space <= 0 || line[..space].IndexOfAnyExcept(Grammar.Token) >= 0)
            return new StartLine { Error = SipParseError.MalformedStartLine, End = end };
        var method = SipMethods.Intern(line[..space]);
        var rest = line[(space + 1)..];
        var last = rest.LastIndexOf((byte)' ');
        if (last <= 0)
            return new StartLine { Error = SipParseError.MalformedStartLine, Method = method, End = end };
        var error = CheckVersion(rest[(last + 1)..]);
        if (error == SipParseError.None)
            error = CheckUri(rest[..last]);
        var isReadable = error is SipParseError.None or SipParseError.RequestUriWithHeaders;
        return new StartLine { Error = error, Method = method, UriStart = space + 1, UriLength = isReadable ? last : 0, End = end };
    }

    /// <summary>SIP-Version = "SIP" "/" 1*DIGIT "." 1*DIGIT, of which we speak 2.0</summary>
    private static SipParseError CheckVersion(ReadOnlySpan<byte> version)
    {
        if (Ascii.EqualsIgnoreCase(version, "SIP/2.0"u8))
            return SipParseError.None;
        return version.Length > 4 && Ascii.EqualsIgnoreCase(version[..4], "SIP/"u8) ? SipParseError.UnsupportedVersion : SipParseError.MalformedStartLine;
    }

    private static SipParseError CheckUri(ReadOnlySpan<byte> text)
    {
        if (text.Length > SipLimits.UriLength)
            return SipParseError.RequestUriTooLong;
        if (!UriSyntax.TryScan(text, out var syntax))
            return SipParseError.MalformedRequestUri;
        return syntax.Headers.IsEmpty ? SipParseError.None : SipParseError.RequestUriWithHeaders;
    }

    private static string ReadReason(int status, ReadOnlySpan<byte> reason)
    {
        var known = ReasonPhrases.Get(status);
        return Ascii.Equals(reason, known) ? known : SipText.Decode(reason);
    }
}
