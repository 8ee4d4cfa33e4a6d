using System.Text;

namespace CallCluster.Sip.Sdp;

/// <summary>Parses session descriptions (RFC 8866 §5, §9). Lenient where peers are careless and nothing is ambiguous: lines end with CRLF or LF, their
/// order within a section is free, s= and t= may be missing, unknown lines and attributes are kept. Never throws; bounded by <see cref="SdpLimits"/>.</summary>
public static class SdpParser
{
    public static SdpParseResult Parse(ReadOnlySpan<byte> body)
    {
        if (body.Length > SdpLimits.Size)
            return new SdpParseResult(null, SdpError.TooLarge, 0);
        if (body.IsEmpty)
            return new SdpParseResult(null, SdpError.Empty, 0);

        var builder = new SdpBuilder();
        var number = 0;
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (!line.IsEmpty && line[^1] == '\r')
                line = line[..^1];
            // Bodies padded with empty lines, often one at the end, are common.
            if (line.IsEmpty)
                continue;
            if (++number > SdpLimits.Lines)
                return new SdpParseResult(null, SdpError.TooManyLines, number);
            var error = ReadLine(builder, line);
            if (error != SdpError.None)
                return new SdpParseResult(null, error, number);
        }

        if (number == 0)
            return new SdpParseResult(null, SdpError.Empty, 0);
        return builder.Origin is null ? new SdpParseResult(null, SdpError.OriginMissing, number) : new SdpParseResult(builder.Build(), SdpError.None, 0);
    }

    /// <summary>RFC 8866 §5: <c>type "=" value</c>, no blank around the equals sign; §9: <c>byte-string</c> is any byte but NUL, CR and LF.</summary>
    private static SdpError ReadLine(SdpBuilder builder, ReadOnlySpan<byte> line)
    {
        if (line.Length < 2 || line[1] != '=' || !char.IsAsciiLetter((char)line[0]))
            return SdpError.MalformedLine;
        if (line.ContainsAny((byte)'\0', (byte)'\r'))
            return SdpError.ControlCharacter;
        var type = (char)line[0];
        if (!builder.HasVersion && type != 'v')
            return SdpError.VersionMissing;
        return builder.Add(type, Encoding.UTF8.GetString(line[2..]));
    }
}
