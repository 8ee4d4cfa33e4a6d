using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Messages;

/// <summary>
/// What every message must hold (RFC 3261 sections 8.1.1 and 20) and be well formed in, checked before anybody acts on it, so that
/// who reads a typed value later need not doubt it.
/// </summary>
internal static class MessageRules
{
    /// <param name="method">The request line's, null for a response.</param>
    /// <param name="header">The field at fault.</param>
    public static SipParseError Check(HeaderTable headers, string? method, out string? header)
    {
        Span<int> seen = stackalloc int[5];
        seen.Clear();
        var vias = 0;
        var values = 0;
        for (var i = 0; i < headers.Count; i++)
        {
            var id = headers.Id(i);
            header = HeaderIds.Name(id);
            var value = headers.ValueBytes(i);
            var error = id switch
            {
                HeaderId.Via => CheckVia(value, ref vias),
                HeaderId.From => CheckOnce(ref seen[0], NameAddress.IsValid(value)),
                HeaderId.To => CheckOnce(ref seen[1], NameAddress.IsValid(value)),
                HeaderId.CallId => CheckOnce(ref seen[2], !value.IsEmpty && value.IndexOfAnyExcept(Grammar.CallId) < 0),
                HeaderId.CSeq => CheckCSeq(value, method, ref seen[3]),
                HeaderId.MaxForwards => CheckOnce(ref seen[4], value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && !value.IsEmpty),
                HeaderId.Contact => CheckAddresses(value, wildcard: true, ref values),
                HeaderId.Route or HeaderId.RecordRoute => CheckAddresses(value, wildcard: false, ref values),
                _ => SipParseError.None,
            };
            if (error != SipParseError.None)
                return error;
        }

        header = vias == 0 ? HeaderNames.Via
            : seen[0] == 0 ? HeaderNames.From
            : seen[1] == 0 ? HeaderNames.To
            : seen[2] == 0 ? HeaderNames.CallId
            : seen[3] == 0 ? HeaderNames.CSeq
            : null;
        return header is null ? SipParseError.None : SipParseError.MissingHeader;
    }

    private static SipParseError CheckOnce(ref int seen, bool valid)
    {
        if (seen++ > 0)
            return SipParseError.DuplicateHeader;
        return valid ? SipParseError.None : SipParseError.MalformedHeaderValue;
    }

    private static SipParseError CheckCSeq(ReadOnlySpan<byte> value, string? method, ref int seen)
    {
        var valid = CSeq.TryScan(value, out _, out var cseqMethod);
        var error = CheckOnce(ref seen, valid);
        if (error != SipParseError.None || method is null)
            return error;
        return System.Text.Ascii.Equals(cseqMethod, method) ? SipParseError.None : SipParseError.MethodMismatch;
    }

    /// <summary>Via = ( "Via" / "v" ) HCOLON via-parm *(COMMA via-parm)</summary>
    private static SipParseError CheckVia(ReadOnlySpan<byte> field, ref int count)
    {
        var list = new ValueList(field);
        while (list.TryNext(out var value))
        {
            if (!ViaHeader.IsValid(value))
                return SipParseError.MalformedHeaderValue;
            if (++count > SipLimits.Values)
                return SipParseError.TooManyHeaders;
        }

        return SipParseError.None;
    }

    /// <summary>Contact = ("Contact" / "m" ) HCOLON ( STAR / (contact-param *(COMMA contact-param))); Route and Record-Route alike without STAR</summary>
    private static SipParseError CheckAddresses(ReadOnlySpan<byte> field, bool wildcard, ref int count)
    {
        if (wildcard && field.SequenceEqual("*"u8))
            return SipParseError.None;
        var list = new ValueList(field);
        while (list.TryNext(out var value))
        {
            if (!NameAddress.IsValid(value))
                return SipParseError.MalformedHeaderValue;
            if (++count > SipLimits.Values)
                return SipParseError.TooManyHeaders;
        }

        return SipParseError.None;
    }
}
