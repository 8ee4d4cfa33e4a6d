using System.Diagnostics;
using System.Text;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Tests.Messages;

/// <summary>
/// The short form of fuzzing: a fixed seed, CALLCLUSTER_FUZZ_SEED for another. Nothing may throw, whatever is read of the result, and framer and
/// parser may not see two different messages.
/// </summary>
public class FuzzTests
{
    private static readonly byte[] Separators = " \t\r\n\0\",;<>:=%\\@?&[]"u8.ToArray();

    private readonly Random _random;
    private readonly ITestOutputHelper _output;

    public FuzzTests(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CALLCLUSTER_FUZZ_SEED"), out var given) ? given : 4475;
        output.WriteLine($"seed {seed}");
        _random = new Random(seed);
        _output = output;
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[_random.Next(200)];
            _random.NextBytes(bytes);
            Check(bytes);
        }
    }

    [Fact]
    public void Random_pieces_of_grammar_never_throw()
    {
        string[] pieces =
        [
            "INVITE", " ", "sip:", "a@b", "SIP/2.0", "\r\n", "\n", "\r", "\0", ":", ";", ",", "<", ">", "\"", "\\", "Via", "v", "SIP/2.0/UDP h", "From", "To", "Call-ID", "CSeq", "1 INVITE",
            "Content-Length", "l", "-1", "5", "99999999999", "=", "%", "%4", "[::1]", "[", "]", "*", "Contact", "\t", "é", "tag", "branch=z9hG4bK", "?", "Digest ", "realm=\"r\"", "\r\n\r\n", "\r\n ",
        ];
        for (var i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder(_random.Next(3) > 0 ? "INVITE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n" : "");
            for (var count = _random.Next(30); count > 0; count--)
                text.Append(pieces[_random.Next(pieces.Length)]);
            Check(Encoding.UTF8.GetBytes(text.ToString()));
        }
    }

    [Fact]
    public void Mutations_of_the_torture_messages_never_throw()
    {
        byte[][] corpus = [.. Rfc4475Corpus.ReadAll().Select(message => message.Bytes)];
        for (var i = 0; i < 30_000; i++)
            Check(Mutate(corpus[_random.Next(corpus.Length)], corpus[_random.Next(corpus.Length)]));
    }

    /// <summary>The bound of attacks.md: no 64 KB may hold the parser for long. Work per byte is measured against a plain message of the same size.</summary>
    [Theory]
    [InlineData("Via: SIP/2.0/UDP a\r\n")]
    [InlineData("Via: SIP/2.0/UDP a,")]
    [InlineData("X:\r\n ")]
    [InlineData("\"\\")]
    [InlineData("<")]
    [InlineData("Contact: \"")]
    [InlineData(";a=\"b\"")]
    [InlineData("\r\n")]
    [InlineData("l: 5\r\n")]
    [InlineData("%41")]
    public void No_repetition_takes_time_beyond_its_length(string piece)
    {
        var text = new StringBuilder("INVITE sip:a SIP/2.0\r\n");
        if (!piece.EndsWith('\n') && !piece.EndsWith(' '))
            text.Append("Contact: ");
        while (text.Length < 65_000)
            text.Append(piece);
        var bytes = Encoding.ASCII.GetBytes(text.Append("\r\n\r\n").ToString());
        Check(bytes);
        var best = TimeSpan.MaxValue;
        for (var run = 0; run < 5; run++)
        {
            var start = Stopwatch.GetTimestamp();
            SipParser.Parse(bytes);
            var elapsed = Stopwatch.GetElapsedTime(start);
            best = elapsed < best ? elapsed : best;
        }

        _output.WriteLine($"{best.TotalMicroseconds} us");
        // A quadratic parse takes seconds; a linear one far below a millisecond.
        Assert.True(best < TimeSpan.FromMilliseconds(50), $"{best}");
    }

    private byte[] Mutate(byte[] original, byte[] other)
    {
        var bytes = original.ToList();
        for (var count = _random.Next(1, 5); count > 0 && bytes.Count > 1; count--)
        {
            var at = _random.Next(bytes.Count);
            switch (_random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, _random.Next(Math.Min(20, bytes.Count - at)));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, _random.Next(Math.Min(40, bytes.Count - at))));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 4:
                    var from = _random.Next(other.Length);
                    bytes.InsertRange(at, other.AsSpan(from, _random.Next(Math.Min(60, other.Length - from))).ToArray());
                    break;
                default:
                    bytes.Insert(at, Separators[_random.Next(Separators.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }

    private static void Check(byte[] bytes)
    {
        try
        {
            var result = SipParser.Parse(bytes);
            Assert.Equal(result.Error == SipParseError.None, result.Message is not null);
            if (result.Message is { } message)
            {
                ReadAll(message);
                CheckFramer(bytes, message);
                CheckRoundTrip(message);
            }

            if (result.PartialRequest is { } partial)
            {
                ReadAll(partial);
                SipWriter.ToArray(SipResponse.For(partial, result.Status ?? 400, toTag: "t"));
            }
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"On {Convert.ToBase64String(bytes)}\n{Encoding.Latin1.GetString(bytes)}", e);
        }
    }

    private static void CheckFramer(byte[] bytes, SipMessage message)
    {
        var framer = new SipFramer();
        var position = 0;
        SipFrame frame;
        while ((frame = framer.Read(bytes.AsSpan(position))).Kind is SipFrameKind.LineEnd or SipFrameKind.Ping)
            position += frame.Length;
        // The parser took a whole message, so the framer must find the same one: with Content-Length to the byte, without it as far as the body.
        Assert.Equal(SipFrameKind.Message, frame.Kind);
        var framed = SipParser.Parse(bytes.AsSpan(position, frame.Length)).Message;
        Assert.NotNull(framed);
        Assert.Equal(message.Headers.Contains("Content-Length") ? message.Body.Length : 0, framed.Body.Length);
    }

    private static void CheckRoundTrip(SipMessage message)
    {
        var written = SipWriter.ToArray(message);
        var again = SipParser.Parse(written);
        Assert.Equal(SipParseError.None, again.Error);
        Assert.Equal(written, SipWriter.ToArray(again.Message!));
    }

    private static void ReadAll(SipMessage message)
    {
        foreach (var text in new[] { message.From, message.To }.Concat(message.Contact).Concat(message.Route).Concat(message.RecordRoute).Select(address => $"{address.DisplayName}{address.Tag}{address.Expires}{address.Q}{address}{address.Uri.GetHashCode()}"))
            Assert.DoesNotContain(text, character => character < ' ');
        foreach (var via in message.Via)
            Assert.DoesNotContain($"{via}{via.Branch}{via.RPort}{via.Received}{via.HasMagicCookie}", character => character < ' ');
        foreach (var (name, value) in message.Headers)
        {
            Assert.DoesNotContain(name + value, character => character < ' ' && character != '\t');
            _ = DigestChallenge.TryParse(value, out _);
            _ = DigestCredentials.TryParse(value, out _);
            _ = SipUri.TryParse(value, out _);
            _ = NameAddress.TryParse(value, out _);
        }

        _ = $"{message}{message.CallId}{message.CSeq}{message.MaxForwards}{message.Expires}{message.ContentType}{message.TopVia}{message.HasWildcardContact}{message.Require.Count}{message.Allow.Count}{message.Supported.Count}";
    }
}
