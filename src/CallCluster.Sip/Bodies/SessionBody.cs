using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Bodies;

/// <summary>
/// Finds the session description of a message: its body, or a part of a multipart body (RFC 2046 §5.1, RFC 5621), however deep up to a bound. What is beside it
/// (ISUP, location) is not ours and left out, unless the peer insists that it be understood.
/// </summary>
internal struct SessionBody
{
    /// <summary>What Accept names.</summary>
    public const string Accepted = $"{SipBody.SdpContentType}, multipart/mixed, multipart/alternative";

    private const int MaxDepth = 3;
    private const int MaxParts = 16;
    private const int MaxBoundary = 70; // RFC 2046 §5.1.1
    private int _parts;

    /// <summary>The session description; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Description { get; private set; }

    /// <summary>There is a body, or a part that must be understood, that we cannot take: 415.</summary>
    public bool IsUnsupported { get; private set; }

    public static SessionBody Of(SipMessage message)
    {
        var found = new SessionBody();
        if (!message.Body.IsEmpty)
            found.Read(message.ContentType ?? "", message[HeaderNames.ContentDisposition], message.Body, depth: 0, required: true);
        return found;
    }

    private void Read(string contentType, string? disposition, ReadOnlyMemory<byte> body, int depth, bool required)
    {
        var type = ValueOf(contentType);
        var isSession = disposition is null || ValueOf(disposition).Equals("session", StringComparison.OrdinalIgnoreCase);
        if (isSession && type.Equals(SipBody.SdpContentType, StringComparison.OrdinalIgnoreCase))
        {
            // Of alternatives the last is the sender's best (RFC 2046 §5.1.4); two descriptions side by side mean nothing.
            Description = body;
        }
        else if (type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) && depth < MaxDepth && ParameterOf(contentType, "boundary") is { Length: > 0 and <= MaxBoundary } boundary)
        {
            ReadParts(Encoding.UTF8.GetBytes("--" + boundary), body, depth);
        }
        else
        {
            IsUnsupported |= IsRequired(disposition, required);
        }
    }

    // RFC 5621 §8.1: the default is required. Carriers send parts without a word that no telephone needs; only those that say so are taken at their word.
    private static bool IsRequired(string? disposition, bool otherwise) =>
        disposition is null || ParameterOf(disposition, "handling") is not { } handling ? otherwise : !handling.Equals("optional", StringComparison.OrdinalIgnoreCase);

    // multipart-body = [preamble CRLF] dash-boundary transport-padding CRLF body-part *encapsulation close-delimiter (RFC 2046 §5.1.1)
    private void ReadParts(ReadOnlySpan<byte> delimiter, ReadOnlyMemory<byte> body, int depth)
    {
        var begin = Find(body.Span, delimiter, 0);
        while (begin >= 0)
        {
            var start = begin + delimiter.Length;
            if (body.Span[start..].StartsWith("--"u8))
                return;
            var line = body.Span[start..].IndexOf((byte)'\n');
            if (line < 0)
                return;
            if (++_parts > MaxParts)
            {
                IsUnsupported = true;
                return;
            }

            start += line + 1;
            begin = Find(body.Span, delimiter, start);
            ReadPart(Trimmed(begin < 0 ? body[start..] : body[start..begin]), depth);
        }
    }

    private void ReadPart(ReadOnlyMemory<byte> part, int depth)
    {
        string contentType = "text/plain", disposition = "";
        while (!part.IsEmpty)
        {
            var end = part.Span.IndexOf((byte)'\n');
            var line = end < 0 ? part.Span : part.Span[..end];
            part = end < 0 ? default : part[(end + 1)..];
            line = line.TrimEnd((byte)'\r');
            if (line.IsEmpty)
                break;
            var colon = line.IndexOf((byte)':');
            if (colon <= 0)
                continue;
            var name = line[..colon].Trim((byte)' ');
            if (Ascii.EqualsIgnoreCase(name, "Content-Type"u8) || Ascii.EqualsIgnoreCase(name, "c"u8))
                contentType = Encoding.UTF8.GetString(line[(colon + 1)..]);
            else if (Ascii.EqualsIgnoreCase(name, "Content-Disposition"u8))
                disposition = Encoding.UTF8.GetString(line[(colon + 1)..]);
        }

        Read(contentType, disposition.Length == 0 ? null : disposition, part, depth + 1, required: false);
    }

    /// <summary>The next delimiter at the beginning of a line.</summary>
    private static int Find(ReadOnlySpan<byte> body, ReadOnlySpan<byte> delimiter, int from)
    {
        while (from <= body.Length - delimiter.Length)
        {
            var at = body[from..].IndexOf(delimiter);
            if (at < 0)
                return -1;
            at += from;
            if ((at == 0 || body[at - 1] == '\n') && IsEnd(body[(at + delimiter.Length)..]))
                return at;
            from = at + 1;
        }

        return -1;
    }

    // transport-padding CRLF, or the two hyphens of the close-delimiter
    private static bool IsEnd(ReadOnlySpan<byte> after) => after.StartsWith("--"u8) || after.TrimStart(" \t\r"u8) is [] or [(byte)'\n', ..];

    // The line end before a delimiter belongs to the delimiter.
    private static ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> part)
    {
        if (part.Span.EndsWith("\n"u8))
            part = part[..^1];
        return part.Span.EndsWith("\r"u8) ? part[..^1] : part;
    }

    private static string ValueOf(string header) => (header.IndexOf(';', StringComparison.Ordinal) is var end and >= 0 ? header[..end] : header).Trim();

    private static string? ParameterOf(string header, string name)
    {
        foreach (var parameter in header.Split(';').AsSpan(1))
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && parameter.AsSpan(0, equals).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                return parameter[(equals + 1)..].Trim().Trim('"');
        }

        return null;
    }
}
