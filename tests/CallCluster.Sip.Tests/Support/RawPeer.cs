using System.Net;
using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Tests.Support;

/// <summary>A peer played by the test, message by message.</summary>
internal sealed class RawPeer
{
    private readonly MemoryNetwork _network;
    private int _branch;

    public RawPeer(MemoryNetwork network, IPEndPoint address)
    {
        _network = network;
        Address = address;
        network.Attach(address, (_, bytes) =>
        {
            if (SipParser.Parse(bytes).Message is { } message)
                Received.Add(message);
        });
    }

    public IPEndPoint Address { get; }

    public List<SipMessage> Received { get; } = [];

    public IEnumerable<SipResponse> Responses => Received.OfType<SipResponse>();

    public IEnumerable<SipRequest> Requests => Received.OfType<SipRequest>();

    public SipRequest LastRequest(string method) => Requests.Last(request => request.Method == method);

    public SipResponse LastResponse => Responses.Last();

    /// <summary>Sends and delivers, answers included.</summary>
    public void Send(SipMessage message, IPEndPoint to)
    {
        _network.Send(Address, to, SipWriter.ToArray(message));
        _network.Deliver();
    }

    public void SendText(string text, IPEndPoint to)
    {
        _network.Send(Address, to, Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));
        _network.Deliver();
    }

    /// <summary>A request as a phone would send it; branch, tags and Call-ID can be given.</summary>
    public SipRequest Request(
        string method, string? body = null, string? branch = null, string callId = "call-1", string fromTag = "peer", string? toTag = null, uint cseq = 1)
    {
        var request = new SipRequest(method, CallCluster.Sip.Uris.SipUri.Parse("sip:service@10.0.0.1"));
        request.Headers.Add("Via", $"SIP/2.0/UDP {Address};branch={branch ?? $"z9hG4bK-{Address.Address}-{++_branch}"};rport");
        request.Headers.Add("Max-Forwards", "70");
        request.Headers.Add("From", $"<sip:peer@{Address}>;tag={fromTag}");
        request.Headers.Add("To", "<sip:service@10.0.0.1>" + (toTag is null ? "" : $";tag={toTag}"));
        request.Headers.Add("Call-ID", callId);
        request.Headers.Add("CSeq", $"{cseq} {method}");
        request.Headers.Add("Contact", $"<sip:peer@{Address}>");
        if (body is not null)
            request.SetBody("application/sdp", Encoding.ASCII.GetBytes(body));
        return request;
    }

    public SipResponse Response(SipRequest request, int status, string? toTag = null, string? body = null)
    {
        var response = SipResponse.For(request, status, null, toTag);
        if (toTag is not null)
            response.Headers.Add("Contact", $"<sip:peer@{Address}>");
        if (body is not null)
            response.SetBody("application/sdp", Encoding.ASCII.GetBytes(body));
        return response;
    }
}
