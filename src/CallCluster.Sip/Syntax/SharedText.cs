using System.Text;

namespace CallCluster.Sip.Syntax;

/// <summary>
/// One builder a thread, so that writing a header value, a URI or a description costs its text and nothing else. Who takes the builder gives it back by one of
/// the two ends; whoever takes it in between gets a new one.
/// </summary>
internal static class SharedText
{
    private const int LargestKept = 2048;

    [ThreadStatic]
    private static StringBuilder? _builder;

    internal static StringBuilder Take()
    {
        var text = _builder ?? new StringBuilder(512);
        _builder = null;
        return text;
    }

    /// <summary>The text; the builder is given back.</summary>
    internal static string ToText(StringBuilder text)
    {
        var result = text.ToString();
        Return(text);
        return result;
    }

    /// <summary>The text in UTF-8; the builder is given back.</summary>
    internal static byte[] ToUtf8(StringBuilder text)
    {
        var chunks = text.GetChunks();
        chunks.MoveNext();
        // All in one piece, but for a description that outgrew the builder.
        var result = chunks.Current.Length == text.Length ? ToUtf8(chunks.Current.Span) : Encoding.UTF8.GetBytes(text.ToString());
        Return(text);
        return result;
    }

    private static byte[] ToUtf8(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    private static void Return(StringBuilder text)
    {
        if (text.Capacity <= LargestKept)
            _builder = text.Clear();
    }
}
