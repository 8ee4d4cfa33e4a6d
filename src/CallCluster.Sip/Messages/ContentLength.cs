using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Messages;

/// <summary>What all Content-Length fields of one message say together (RFC 3261 section 20.14). Used by parser and framer alike.</summary>
internal struct ContentLength
{
    /// <summary>Null while no field was read.</summary>
    public int? Value { get; private set; }

    /// <summary>
    /// Content-Length = ( "Content-Length" / "l" ) HCOLON 1*DIGIT. A sign, a list, a number too great, or a field that contradicts
    /// an earlier one could make two readers see two different messages: each is an error.
    /// </summary>
    public SipParseError Add(ReadOnlySpan<byte> value)
    {
        value = value.Trim(" \t\r\n"u8);
        if (!Grammar.TryReadNumber(value, int.MaxValue, out var length))
            return SipParseError.MalformedContentLength;
        if (length > SipLimits.MessageLength)
            return SipParseError.MessageTooLong;
        if (Value is { } earlier && earlier != length)
            return SipParseError.ContradictingContentLength;
        Value = (int)length;
        return SipParseError.None;
    }
}
