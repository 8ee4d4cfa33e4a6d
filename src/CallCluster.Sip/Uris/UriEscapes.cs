using System.Text;
using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Uris;

/// <summary>escaped = "%" HEXDIG HEXDIG (RFC 3261 sections 19.1.2 and 25.1).</summary>
internal static class UriEscapes
{
    /// <summary>
    /// The text with escapes of unreserved characters decoded and all others in upper case, so that equal texts are equal strings
    /// (section 19.1.4). Decodes once, never again what came out: "%2541" stays. Nothing below 0x20 can appear.
    /// </summary>
    public static string Canonical(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)'%') < 0)
            return Encoding.ASCII.GetString(text);
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%' || !TryHex(text, i, out var value))
                result.Append((char)text[i]);
            else
            {
                i += 2;
                if (Grammar.IsUnreserved(value))
                    result.Append((char)value);
                else
                    AppendEscape(result, value);
            }
        }

        return result.ToString();
    }

    /// <summary>All escapes decoded, as UTF-8. May hold any character: not for logs.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
            return text;
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%' && TryHex(bytes, i, out var value))
            {
                bytes[length++] = value;
                i += 2;
            }
            else
                bytes[length++] = bytes[i];
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <summary>The plain text with every byte escaped that is neither unreserved nor one of <paramref name="alsoClear"/>.</summary>
    public static string Escape(string plain, string alsoClear)
    {
        var result = new StringBuilder(plain.Length);
        foreach (var value in Encoding.UTF8.GetBytes(plain))
        {
            if (Grammar.IsUnreserved(value) || alsoClear.Contains((char)value, StringComparison.Ordinal))
                result.Append((char)value);
            else
                AppendEscape(result, value);
        }

        return result.ToString();
    }

    private static void AppendEscape(StringBuilder text, byte value) => text.Append('%').Append(Convert.ToHexString([value]));

    private static bool TryHex(ReadOnlySpan<byte> text, int percent, out byte value)
    {
        value = 0;
        if (percent + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[percent + 1]) || !char.IsAsciiHexDigit((char)text[percent + 2]))
            return false;
        value = (byte)((Nibble(text[percent + 1]) << 4) | Nibble(text[percent + 2]));
        return true;
    }

    private static int Nibble(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
