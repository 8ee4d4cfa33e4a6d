using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Uris;

/// <summary>hostport = host [ ":" port ]; host = hostname / IPv4address / IPv6reference (RFC 3261 section 25.1).</summary>
internal static class HostPort
{
    /// <param name="port">0 when the text has none.</param>
    public static bool TryScan(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> host, out int port)
    {
        host = default;
        port = 0;
        var length = HostLength(text);
        if (length == 0)
            return false;
        host = text[..length];
        if (length == text.Length)
            return true;
        return text[length] == ':' && TryPort(text[(length + 1)..], out port);
    }

    /// <summary>port = 1*DIGIT, here 1 to 65535</summary>
    public static bool TryPort(ReadOnlySpan<byte> digits, out int port)
    {
        var valid = Grammar.TryReadNumber(digits, ushort.MaxValue, out var value) && value != 0;
        port = (int)value;
        return valid;
    }

    /// <summary>How many bytes at the start of the text are a host; 0 when none is.</summary>
    public static int HostLength(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return 0;
        if (text[0] != '[')
        {
            var end = text.IndexOfAnyExcept(Grammar.Host);
            return end < 0 ? text.Length : end;
        }

        var close = text.IndexOf((byte)']');
        if (close < 3)
            return 0;
        var address = text[1..close];
        return address.IndexOfAnyExcept(Grammar.IPv6) < 0 && address.Length <= 45 && address.Count((byte)':') is >= 2 and <= 8 ? close + 1 : 0;
    }
}
