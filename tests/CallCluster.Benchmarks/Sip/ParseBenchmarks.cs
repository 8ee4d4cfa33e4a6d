using System.Buffers;
using BenchmarkDotNet.Attributes;
using CallCluster.Sip.Messages;

namespace CallCluster.Benchmarks.Sip;

/// <summary>
/// What reading, framing and writing an INVITE of about 900 bytes costs, as a carrier sends it. Goal: a parse in 1.5 us.
/// Run: dotnet run -c Release --project tests/CallCluster.Benchmarks -- bdn --filter *ParseBenchmarks*
/// </summary>
[MemoryDiagnoser]
public class ParseBenchmarks
{
    private readonly byte[] _invite = (
        "INVITE sip:+14155550123@203.0.113.10:5060;user=phone SIP/2.0\r\n"u8
        + "Via: SIP/2.0/UDP 198.51.100.20:5060;branch=z9hG4bK2d4790.1;rport\r\n"u8
        + "Record-Route: <sip:198.51.100.20;lr;ftag=gK0c1f2a3b>\r\n"u8
        + "From: \"WIRELESS CALLER\" <sip:+12125550199@198.51.100.20;user=phone>;tag=gK0c1f2a3b\r\n"u8
        + "To: <sip:+14155550123@203.0.113.10;user=phone>\r\n"u8
        + "Call-ID: 1374825961_119876543@198.51.100.20\r\n"u8
        + "CSeq: 58372 INVITE\r\n"u8
        + "Max-Forwards: 68\r\n"u8
        + "Allow: INVITE,ACK,CANCEL,BYE,REGISTER,REFER,INFO,SUBSCRIBE,NOTIFY,PRACK,UPDATE,OPTIONS\r\n"u8
        + "Contact: <sip:+12125550199@198.51.100.20:5060>\r\n"u8
        + "Supported: timer,100rel\r\n"u8
        + "Session-Expires: 1800\r\n"u8
        + "Content-Type: application/sdp\r\n"u8
        + "Content-Length: 203\r\n\r\n"u8
        + "v=0\r\no=carrier 78340 1 IN IP4 198.51.100.21\r\ns=-\r\nc=IN IP4 198.51.100.21\r\nt=0 0\r\nm=audio 24596 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n"u8).ToArray();

    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private SipMessage _message = null!;

    [GlobalSetup]
    public void Setup() => _message = SipParser.Parse(_invite).Message ?? throw new InvalidOperationException("The INVITE does not parse.");

    [Benchmark(Description = "parse, every field checked")]
    public SipMessage? Parse() => SipParser.Parse(_invite).Message;

    [Benchmark(Description = "parse and read what a transaction and dialog need")]
    public int ParseAndRead()
    {
        var message = SipParser.Parse(_invite).Message!;
        return message.TopVia!.Branch!.Length + message.From.Tag!.Length + message.To.Uri.User!.Length + message.CallId.Length
            + message.CSeq.Method.Length + message.Contact.Count + message.RecordRoute.Count;
    }

    [Benchmark(Description = "find its end in a stream")]
    public int Frame() => new SipFramer().Read(_invite).Length;

    [Benchmark(Description = "answer it with 180, written")]
    public int Answer()
    {
        _output.ResetWrittenCount();
        SipWriter.Write(SipResponse.For((SipRequest)_message, 180, toTag: "a6c85cf"), _output);
        return _output.WrittenCount;
    }

    [Benchmark(Description = "write it")]
    public int Write()
    {
        _output.ResetWrittenCount();
        SipWriter.Write(_message, _output);
        return _output.WrittenCount;
    }
}
