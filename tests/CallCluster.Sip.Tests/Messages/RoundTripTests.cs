using System.Text;
using CallCluster.Sip.Messages;
using CsCheck;

namespace CallCluster.Sip.Tests.Messages;

public class RoundTripTests
{
    private readonly ITestOutputHelper _output;

    public RoundTripTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void What_the_grammar_allows_is_read_and_what_is_written_is_read_the_same() =>
        MessageGenerator.Message.Sample(
            bytes =>
            {
                var first = Parse(bytes);
                var written = SipWriter.ToArray(first);
                var second = Parse(written);
                Assert.Equal(Values(first), Values(second));
                Assert.True(first.Body.Span.SequenceEqual(second.Body.Span));
                Assert.Equal(written, SipWriter.ToArray(second));
            },
            writeLine: _output.WriteLine, iter: 3_000, print: Encoding.UTF8.GetString);

    [Fact]
    public void Framer_and_parser_agree_wherever_a_stream_is_split() =>
        Gen.Select(MessageGenerator.Message, MessageGenerator.Message, Gen.Int[1, 400]).Sample(
            (first, second, step) =>
            {
                byte[] stream = [.. first, .. second];
                var framer = new SipFramer();
                var lengths = new List<int>();
                var start = 0;
                for (var end = Math.Min(step, stream.Length); start < stream.Length; end = Math.Min(end + step, stream.Length))
                {
                    var frame = framer.Read(stream.AsSpan(start, end - start));
                    Assert.False(frame.Kind == SipFrameKind.NeedMore && end == stream.Length, "The stream ended within a message.");
                    Assert.NotEqual(SipFrameKind.Error, frame.Kind);
                    if (frame.Kind == SipFrameKind.Message)
                        lengths.Add(frame.Length);
                    start += frame.Length;
                }

                Assert.Equal([first.Length, second.Length], lengths);
                // The parser alone, with the rest of the stream behind the message, sees the same end.
                Assert.Equal(Parse(first).Body.Length, Parse(stream).Body.Length);
            },
            writeLine: _output.WriteLine, iter: 1_000);

    [Fact]
    public void Every_split_of_one_message_gives_the_same_frame()
    {
        var bytes = Encoding.ASCII.GetBytes("OPTIONS sip:a SIP/2.0\r\nl:\r\n 3\r\nVia: SIP/2.0/TCP a\r\n\r\nabcINVITE");
        var expected = bytes.Length - "INVITE".Length;
        for (var split = 0; split < bytes.Length; split++)
        {
            var framer = new SipFramer();
            var early = framer.Read(bytes.AsSpan(0, split));
            Assert.Equal(split < expected ? SipFrameKind.NeedMore : SipFrameKind.Message, early.Kind);
            if (early.Kind == SipFrameKind.NeedMore)
                Assert.Equal(SipFrame.Message(expected), framer.Read(bytes));
        }
    }

    private static SipMessage Parse(byte[] bytes)
    {
        var result = SipParser.Parse(bytes);
        Assert.True(result.Error == SipParseError.None, result + "\n" + Encoding.UTF8.GetString(bytes));
        return result.Message!;
    }

    private static string Values(SipMessage message) => string.Join('\n',
    [
        message is SipRequest request ? $"{request.Method} {request.RequestUri}" : message.ToString()!,
        .. message.Via.Select(via => via.ToString()),
        message.From.ToString(),
        message.To.ToString(),
        message.CallId,
        message.CSeq.ToString(),
        .. message.Contact.Select(contact => contact.ToString()),
        .. message.Route.Select(route => route.ToString()),
        $"{message.MaxForwards} {message.Expires} {string.Join(',', message.Allow)} {string.Join(',', message.Supported)}",
    ]);
}
