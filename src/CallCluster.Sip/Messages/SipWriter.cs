using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace CallCluster.Sip.Messages;

/// <summary>Writes messages in their wire form (RFC 3261 section 7): long header names, no folding, one Content-Length, last and right.</summary>
public static class SipWriter
{
    public static void Write(SipMessage message, IBufferWriter<byte> output)
    {
        if (message is SipRequest request)
            WriteRequestLine(request, output);
        else
            WriteStatusLine((SipResponse)message, output);
        WriteHeaders(message.Headers, output);
        output.Write("Content-Length: "u8);
        WriteNumber(message.Body.Length, output);
        output.Write("\r\n\r\n"u8);
        output.Write(message.Body.Span);
    }

    public static byte[] ToArray(SipMessage message)
    {
        var output = new ArrayBufferWriter<byte>(1024 + message.Body.Length);
        Write(message, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Request-Line = Method SP Request-URI SP SIP-Version CRLF</summary>
    private static void WriteRequestLine(SipRequest request, IBufferWriter<byte> output)
    {
        WriteText(request.Method, output);
        output.Write(" "u8);
        WriteText(request.RequestUri.ToString(), output);
        output.Write(" SIP/2.0\r\n"u8);
    }

    /// <summary>Status-Line = SIP-Version SP Status-Code SP Reason-Phrase CRLF</summary>
    private static void WriteStatusLine(SipResponse response, IBufferWriter<byte> output)
    {
        output.Write("SIP/2.0 "u8);
        WriteNumber(response.StatusCode, output);
        output.Write(" "u8);
        WriteText(response.ReasonPhrase, output);
        output.Write("\r\n"u8);
    }

    private static void WriteHeaders(HeaderTable headers, IBufferWriter<byte> output)
    {
        for (var i = 0; i < headers.Count; i++)
        {
            if (headers.Id(i) == HeaderId.ContentLength)
                continue;
            var name = headers.NameBytes(i);
            var value = headers.ValueBytes(i);
            var line = output.GetSpan(name.Length + value.Length + 4);
            name.CopyTo(line);
            ": "u8.CopyTo(line[name.Length..]);
            value.CopyTo(line[(name.Length + 2)..]);
            "\r\n"u8.CopyTo(line[(name.Length + 2 + value.Length)..]);
            output.Advance(name.Length + value.Length + 4);
        }
    }

    private static void WriteText(string text, IBufferWriter<byte> output)
    {
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    private static void WriteNumber(int number, IBufferWriter<byte> output)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(10), out var written);
        output.Advance(written);
    }
}
