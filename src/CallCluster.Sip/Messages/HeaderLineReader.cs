using System.Text;
using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Messages;

/// <summary>
/// Cuts a header section into fields. Parser and framer both read through it, so that they cannot disagree on where a field
/// or the section ends. Lines end with CR LF and nothing else.
/// </summary>
internal ref struct HeaderLineReader(ReadOnlySpan<byte> message, int position)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _count;

    /// <summary>Start of the next field; after the last one, of the body.</summary>
    public int Position { get; private set; } = position;

    public SipParseError Error { get; private set; }

    /// <summary>message-header CRLF = field-name HCOLON field-value CRLF (RFC 3261 sections 7.3 and 25.1). False after the last one and on an error.</summary>
    public bool TryRead(out HeaderLine line)
    {
        line = default;
        var start = Position;
        var rest = _message[start..];
        if (rest.StartsWith("\r\n"u8))
        {
            Position = start + 2;
            return false;
        }

        var length = LineLength(rest, out var folded);
        if (length < 0)
            return false;
        if (++_count > SipLimits.Headers)
            return Fail(SipParseError.TooManyHeaders);
        if (length > SipLimits.HeaderLength)
            return Fail(SipParseError.HeaderTooLong);
        var field = rest[..length];
        var colon = field.IndexOf((byte)':');
        if (colon <= 0)
            return Fail(SipParseError.MalformedHeader);
        // HCOLON = *( SP / HTAB ) ":" SWS
        var name = Grammar.TrimEnd(field[..colon]);
        var id = HeaderIds.Find(name);
        if (id == HeaderId.Other && (name.IsEmpty || name.IndexOfAnyExcept(Grammar.Token) >= 0))
            return Fail(SipParseError.MalformedHeader);
        line = new HeaderLine(id, start, name.Length, start + colon + 1, length - colon - 1, folded);
        Position = start + length + 2;
        return true;
    }

    /// <summary>Length of the field at the start of the text, its continuation lines included (section 7.3.1); -1 on an error.</summary>
    private int LineLength(ReadOnlySpan<byte> text, out bool folded)
    {
        folded = false;
        var i = 0;
        while (true)
        {
            var next = text[i..].IndexOfAny(Grammar.Controls);
            if (next < 0 || (text[i + next] == '\r' && i + next + 1 == text.Length))
            {
                Fail(SipParseError.IncompleteHeaders);
                return -1;
            }

            i += next;
            if (text[i] == '\r' && text[i + 1] == '\n')
            {
                if (i + 2 >= text.Length || !Grammar.IsWhitespace(text[i + 2]))
                    return i;
                folded = true;
                i += 3;
                continue;
            }

            // quoted-pair = "\" (%x00-09 / %x0B-0C / %x0E-7F): the one place where a control may stand.
            if (text[i] is (byte)'\r' or (byte)'\n')
            {
                Fail(SipParseError.BareLineEnd);
                return -1;
            }

            if (i == 0 || text[i - 1] != '\\')
            {
                Fail(SipParseError.ControlCharacter);
                return -1;
            }

            i++;
        }
    }

    private bool Fail(SipParseError error)
    {
        Error = error;
        return false;
    }
}
