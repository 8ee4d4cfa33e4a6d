using System.Text;
using BenchmarkDotNet.Attributes;
using CallCluster.Sip.Messages;

namespace CallCluster.Benchmarks.Micro;

/// <summary>One INVITE as a carrier sends it, parsed and read as far as the stack reads it.</summary>
[MemoryDiagnoser]
public class SipParserBenchmarks
{
    private readonly byte[] _invite = Encoding.ASCII.GetBytes(
        "INVITE sip:+15550100@edge.example:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.10:5060;branch=z9hG4bK776asdhds;rport\r\nVia: SIP/2.0/UDP 10.1.1.2:5060;branch=z9hG4bKnashds8;received=192.0.2.1\r\n" +
        "Max-Forwards: 69\r\nFrom: \"Caller\" <sip:+4930123456@carrier.example>;tag=a48s\r\nTo: <sip:+15550100@edge.example>\r\nCall-ID: 3848276298220188511@carrier.example\r\nCSeq: 31862 INVITE\r\n" +
        "Contact: <sip:203.0.113.10:5060;transport=udp>\r\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO, PRACK\r\nSupported: 100rel, timer, replaces\r\nUser-Agent: Carrier SBC\r\n" +
        "P-Asserted-Identity: <sip:+4930123456@carrier.example>\r\nContent-Type: application/sdp\r\nContent-Length: 0\r\n\r\n");

    [Benchmark]
    public SipMessage? Parse() => SipParser.Parse(_invite).Message;

    [Benchmark]
    public int ParseAndRead()
    {
        var message = SipParser.Parse(_invite).Message!;
        return (message.TopVia?.Branch?.Length ?? 0) + (message.From?.Tag?.Length ?? 0) + (message.To?.Tag?.Length ?? 0) + (message.CallId?.Length ?? 0) + (int)message.CSeq.Number;
    }
}
