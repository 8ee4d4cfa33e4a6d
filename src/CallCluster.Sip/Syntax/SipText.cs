using System.Buffers;
using System.Text;

namespace CallCluster.Sip.Syntax;

/// <summary>From bytes to strings and back, so that no control character reaches a log, a prompt or another header.</summary>
internal static class SipText
{
    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '\u007f', .. Enumerable.Range(0x80, 0x20).Select(c => (char)c), '\u2028', '\u2029']);

    private static readonly SearchValues<char> LineBreakers = SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(c => c != '\t').Select(c => (char)c), '\u007f']);

    /// <summary>UTF-8 text; broken sequences become U+FFFD and control characters '?'.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "" : MaskControls(Encoding.UTF8.GetString(bytes));

    /// <summary>The same text with each control character replaced by '?'; the same instance when it has none.</summary>
    public static string MaskControls(string text) => Replace(text, Controls, '?');

    /// <summary>A header value as we write it: what could end the line becomes a space.</summary>
    public static string HeaderValue(string text) => Replace(text, LineBreakers, ' ');

    /// <summary>The text of a quoted-string (RFC 3261 section 25.1) without its quotes and backslashes; other text as it is.</summary>
    public static string Unquote(ReadOnlySpan<byte> value)
    {
        if (value.Length < 2 || value[0] != '"')
            return Decode(value);
        value = value[1..^1];
        if (value.IndexOf((byte)'\\') < 0)
            return Decode(value);
        var buffer = value.Length <= 256 ? stackalloc byte[value.Length] : new byte[value.Length];
        var length = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length)
                i++;
            buffer[length++] = value[i];
        }

        return Decode(buffer[..length]);
    }

    /// <summary>The text as a quoted-string.</summary>
    public static string Quote(string text)
    {
        text = MaskControls(text);
        if (text.AsSpan().IndexOfAny('"', '\\') < 0)
            return string.Concat("\"", text, "\"");
        var quoted = new StringBuilder(text.Length + 8).Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\');
            quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    private static string Replace(string text, SearchValues<char> forbidden, char by)
    {
        if (!text.AsSpan().ContainsAny(forbidden))
            return text;
        return string.Create(text.Length, (text, forbidden, by), static (target, state) =>
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = state.forbidden.Contains(state.text[i]) ? state.by : state.text[i];
        });
    }
}
