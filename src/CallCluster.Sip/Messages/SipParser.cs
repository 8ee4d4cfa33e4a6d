using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Messages;

/// <summary>
/// Reads one whole message (RFC 3261 section 7): a UDP datagram, or what <see cref="SipFramer"/> cut from a stream. Never throws, reads each byte
/// a bounded number of times, and keeps one copy of the bytes: the message's own.
/// </summary>
public static class SipParser
{
    public static SipParseResult Parse(ReadOnlySpan<byte> datagram)
    {
        if (datagram.IndexOfAnyExcept("\r\n\0"u8) < 0)
            return SipParseResult.Failure(SipParseError.KeepAlive);
        // Line ends before the start line are ignored (section 7.5).
        while (datagram.StartsWith("\r\n"u8))
            datagram = datagram[2..];
        if (datagram.Length > SipLimits.MessageLength)
            return SipParseResult.Failure(SipParseError.MessageTooLong);

        var line = StartLine.Parse(datagram);
        // Noise costs no allocation.
        if (line.Error != SipParseError.None && line.Method is null)
            return SipParseResult.Failure(line.Error);
        var message = datagram.ToArray();
        var headers = new HeaderTable(CountLines(message.AsSpan(line.End)));
        var error = ReadHeaders(message, line.End, headers, out var bodyStart, out var contentLength);
        string? header = null;
        if (error == SipParseError.None)
            error = MessageRules.Check(headers, line.Method, out header);
        // A fault of the start line says more than those that follow from it.
        if (line.Error != SipParseError.None)
            (error, header) = (line.Error, null);

        var body = message.AsMemory(bodyStart);
        if (error == SipParseError.None && contentLength > body.Length)
            error = SipParseError.IncompleteBody;
        if (error != SipParseError.None)
            return SipParseResult.Failure(error, header, Partial(in line, message, headers));
        if (contentLength is { } length)
            body = body[..length];
        return SipParseResult.Success(line.IsRequest
            ? new SipRequest(line.Method!, message.AsMemory(line.UriStart, line.UriLength), headers, body)
            : new SipResponse(line.StatusCode, line.ReasonPhrase!, headers, body));
    }

    /// <summary>Lines of the header section: as many fields or, where some are folded, a few less.</summary>
    private static int CountLines(ReadOnlySpan<byte> message)
    {
        var end = message.IndexOf("\r\n\r\n"u8);
        return Math.Min((end < 0 ? message : message[..end]).Count((byte)'\n') + 1, SipLimits.Headers);
    }

    private static SipParseError ReadHeaders(byte[] message, int start, HeaderTable headers, out int bodyStart, out int? contentLength)
    {
        contentLength = null;
        bodyStart = message.Length;
        var declared = default(ContentLength);
        var reader = new HeaderLineReader(message, start);
        var error = SipParseError.None;
        while (reader.TryRead(out var line))
        {
            if (line.Folded)
                Unfold(message.AsSpan(line.ValueStart, line.ValueLength));
            headers.AddReceived(message, in line);
            if (line.Id == HeaderId.ContentLength && error == SipParseError.None)
                error = declared.Add(message.AsSpan(line.ValueStart, line.ValueLength));
        }

        if (reader.Error != SipParseError.None)
            return reader.Error;
        bodyStart = reader.Position;
        contentLength = declared.Value;
        return error;
    }

    /// <summary>LWS = [*WSP CRLF] 1*WSP is the same as a space (section 7.3.1), in quoted strings too.</summary>
    private static void Unfold(Span<byte> value)
    {
        for (var i = value.IndexOf("\r\n"u8); i >= 0; i = value.IndexOf("\r\n"u8))
        {
            value[i] = value[i + 1] = (byte)' ';
            value = value[(i + 2)..];
        }
    }

    private static SipRequest? Partial(in StartLine line, byte[] message, HeaderTable headers)
    {
        if (line.Method is null or SipMethods.Ack)
            return null;
        var request = new SipRequest(line.Method, message.AsMemory(line.UriStart, line.UriLength), headers, default);
        return request.TopVia is null ? null : request;
    }
}
