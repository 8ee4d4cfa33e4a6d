namespace CallCluster.Sip.Messages;

/// <summary>Splits a header value at the commas that are in neither quotes nor angle brackets (RFC 3261 section 7.3.1).</summary>
internal ref struct ValueList(ReadOnlySpan<byte> value)
{
    private ReadOnlySpan<byte> _rest = value;
    private bool _done;

    /// <summary>The next value, untrimmed and possibly empty. An unterminated quote or bracket runs to the end.</summary>
    public bool TryNext(out ReadOnlySpan<byte> item)
    {
        if (_done)
        {
            item = default;
            return false;
        }

        var end = ItemLength(_rest);
        item = _rest[..end];
        _done = end == _rest.Length;
        _rest = _done ? default : _rest[(end + 1)..];
        return true;
    }

    private static int ItemLength(ReadOnlySpan<byte> text)
    {
        var i = 0;
        while (true)
        {
            var next = text[i..].IndexOfAny((byte)',', (byte)'"', (byte)'<');
            if (next < 0)
                return text.Length;
            i += next;
            switch (text[i])
            {
                case (byte)',':
                    return i;
                case (byte)'<':
                    var close = text[i..].IndexOf((byte)'>');
                    if (close < 0)
                        return text.Length;
                    i += close + 1;
                    break;
                default:
                    i = QuoteEnd(text, i + 1);
                    if (i >= text.Length)
                        return text.Length;
                    break;
            }
        }
    }

    private static int QuoteEnd(ReadOnlySpan<byte> text, int i)
    {
        while (i < text.Length)
        {
            var next = text[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
                return text.Length;
            i += next;
            if (text[i] == '"')
                return i + 1;
            i += 2;
        }

        return text.Length;
    }
}
