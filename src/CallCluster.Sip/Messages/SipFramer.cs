using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Messages;

/// <summary>
/// Finds messages in a stream (RFC 3261 sections 7.5 and 18.3, RFC 5626 section 4.4.1). One instance per connection: it remembers what it has
/// searched, so that a message that arrives byte by byte costs no more than one that arrives whole.
/// </summary>
/// <remarks>
/// Give <see cref="Read"/> all bytes not yet consumed, starting at the first of them. A message without Content-Length has no body, as section 18.3
/// says for streams. Each error is final: the position of the next message is unknown, so the connection must close.
/// </remarks>
public sealed class SipFramer
{
    private int _searched;
    private int _length;
    private bool _afterLineEnd;

    /// <param name="buffered">From the first byte that no earlier call consumed.</param>
    public SipFrame Read(ReadOnlySpan<byte> buffered)
    {
        if (_length == 0)
        {
            if (buffered.IsEmpty)
                return SipFrame.NeedMore;
            if (buffered[0] is (byte)'\r' or (byte)'\n')
                return ReadLineEnd(buffered);
            var error = FindLength(buffered);
            if (error == SipParseError.IncompleteHeaders)
                return SipFrame.NeedMore;
            if (error != SipParseError.None)
                return SipFrame.Failed(error);
        }

        if (buffered.Length < _length)
            return SipFrame.NeedMore;
        var frame = SipFrame.Message(_length);
        _length = 0;
        _searched = 0;
        _afterLineEnd = false;
        return frame;
    }

    /// <summary>Line ends before a message are skipped; two in a row are a keep-alive that wants one CR LF in answer.</summary>
    private SipFrame ReadLineEnd(ReadOnlySpan<byte> buffered)
    {
        if (buffered.Length == 1 && buffered[0] == '\r')
            return SipFrame.NeedMore;
        if (!buffered.StartsWith("\r\n"u8))
            return SipFrame.Failed(SipParseError.BareLineEnd);
        var ping = _afterLineEnd;
        _afterLineEnd = !ping;
        return ping ? SipFrame.Ping : SipFrame.LineEnd;
    }

    private SipParseError FindLength(ReadOnlySpan<byte> buffered)
    {
        // The last three bytes searched may begin the empty line that is complete now.
        var from = Math.Max(_searched - 3, 0);
        var end = buffered[from..].IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            _searched = buffered.Length;
            return buffered.Length > SipLimits.MessageLength ? SipParseError.MessageTooLong : SipParseError.IncompleteHeaders;
        }

        var headersEnd = from + end + 4;
        var error = ReadContentLength(buffered[..headersEnd], out var contentLength);
        if (error != SipParseError.None)
            return error;
        if (headersEnd + contentLength > SipLimits.MessageLength)
            return SipParseError.MessageTooLong;
        _length = headersEnd + contentLength;
        return SipParseError.None;
    }

    private static SipParseError ReadContentLength(ReadOnlySpan<byte> section, out int contentLength)
    {
        contentLength = 0;
        var startLine = StartLine.TryFindEnd(section, out var startLength);
        if (startLine != SipParseError.None)
            return startLine;
        var declared = default(ContentLength);
        var reader = new HeaderLineReader(section, startLength + 2);
        while (reader.TryRead(out var line))
        {
            if (line.Id != HeaderId.ContentLength)
                continue;
            var error = declared.Add(section.Slice(line.ValueStart, line.ValueLength));
            if (error != SipParseError.None)
                return error;
        }

        contentLength = declared.Value ?? 0;
        // The section ends with its first empty line, so no more bytes could complete it.
        return reader.Error == SipParseError.IncompleteHeaders ? SipParseError.MalformedHeader : reader.Error;
    }
}
