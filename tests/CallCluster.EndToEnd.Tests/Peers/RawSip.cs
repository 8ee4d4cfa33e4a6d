using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>Sends SIP byte by byte as a test wants it, over UDP or TCP to 127.0.0.1, and reads what comes back as text.</summary>
public sealed class RawSip : IDisposable
{
    /// <summary>A session description that anybody can answer.</summary>
    public const string Offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Socket _socket;
    private readonly bool _stream;
    private readonly StringBuilder _pending = new();
    private int _next;

    private RawSip(Socket socket, bool stream) => (_socket, _stream) = (socket, stream);

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public static RawSip Udp(int port) => Open(port, SocketType.Dgram, ProtocolType.Udp);

    public static RawSip Tcp(int port) => Open(port, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>A whole INVITE with an offer; sends nothing.</summary>
    public string Invite(string user, string? body = null, string? callId = null)
    {
        return Request("INVITE", user, "Content-Type: application/sdp\r\n", body ?? Offer, callId);
    }

    /// <summary>A whole request out of dialog; sends nothing.</summary>
    public string Request(string method, string user, string headers = "", string body = "", string? callId = null)
    {
        var number = ++_next;
        var transport = _stream ? "TCP" : "UDP";
        return $"{method} sip:{user}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/{transport} 127.0.0.1:{Port};rport;branch=z9hG4bKraw{Port}x{number}\r\nMax-Forwards: 70\r\n" +
            $"From: <sip:raw@127.0.0.1>;tag=raw{number}\r\nTo: <sip:{user}@127.0.0.1>\r\nCall-ID: {callId ?? $"raw-{Port}-{number}"}\r\nCSeq: {number} {method}\r\n" +
            $"Contact: <sip:raw@127.0.0.1:{Port}{(_stream ? ";transport=tcp" : "")}>\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
    }

    public Task Send(ReadOnlyMemory<byte> bytes) => _socket.SendAsync(bytes, SocketFlags.None).AsTask();

    public Task Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends the request and waits for its final response; an INVITE's that is not 2xx is acknowledged.</summary>
    public async Task<string> FinalResponse(string request)
    {
        await Send(request);
        var response = await Response(request);
        if (request.StartsWith("INVITE ", StringComparison.Ordinal) && !response.StartsWith("SIP/2.0 2", StringComparison.Ordinal)) await Acknowledge(request, response);
        return response;
    }

    /// <summary>The ACK of a response that is not 2xx (RFC 3261 17.1.1.3).</summary>
    public Task Acknowledge(string request, string response) =>
        Send($"ACK {request.Split(' ')[1]} SIP/2.0\r\nVia: {Header(request, "Via")}\r\nMax-Forwards: 70\r\nFrom: {Header(request, "From")}\r\nTo: {Header(response, "To")}\r\n" +
                $"Call-ID: {Header(request, "Call-ID")}\r\nCSeq: {Header(request, "CSeq")!.Replace("INVITE", "ACK", StringComparison.Ordinal)}\r\nContent-Length: 0\r\n\r\n");

    /// <summary>The CANCEL of an INVITE (RFC 3261 9.1); sends nothing.</summary>
    public static string Cancel(string invite) =>
        $"CANCEL {invite.Split(' ')[1]} SIP/2.0\r\nVia: {Header(invite, "Via")}\r\nMax-Forwards: 70\r\nFrom: {Header(invite, "From")}\r\nTo: {Header(invite, "To")}\r\n" +
        $"Call-ID: {Header(invite, "Call-ID")}\r\nCSeq: {Header(invite, "CSeq")!.Replace("INVITE", "CANCEL", StringComparison.Ordinal)}\r\nContent-Length: 0\r\n\r\n";

    /// <summary>Waits for a response with this status to anything.</summary>
    public async Task<string> Status(int status)
    {
        while (true)
        {
            var message = await Receive();
            if (message.StartsWith($"SIP/2.0 {status} ", StringComparison.Ordinal)) return message;
        }
    }

    /// <summary>Waits for the final response to a request that has been sent, whatever else comes.</summary>
    public async Task<string> Response(string request)
    {
        while (true)
        {
            var message = await Receive();
            if (message.StartsWith("SIP/2.0 ", StringComparison.Ordinal) && !message.StartsWith("SIP/2.0 1", StringComparison.Ordinal)
                && Header(message, "Call-ID") == Header(request, "Call-ID") && Header(message, "CSeq") == Header(request, "CSeq")) return message;
        }
    }

    /// <summary>The first value of a header; null when there is none.</summary>
    public static string? Header(string message, string name) =>
        message.Split("\r\n").TakeWhile(line => line.Length > 0).FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    public void Dispose() => _socket.Dispose();

    private static RawSip Open(int port, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        if (type == SocketType.Dgram) socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Connect(IPAddress.Loopback, port);
        return new RawSip(socket, type == SocketType.Stream);
    }

    private async Task<string> Receive()
    {
        using var limit = new CancellationTokenSource(Patience);
        var buffer = new byte[65536];
        while (true)
        {
            if (_stream && Whole() is { } message) return message;
            int length;
            try
            {
                length = await _socket.ReceiveAsync(buffer, SocketFlags.None, limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"No answer within {Patience}.");
            }
            if (!_stream) return Encoding.UTF8.GetString(buffer, 0, length);
            if (length == 0) throw new EndOfStreamException("The connection was closed.");
            _pending.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }
    }

    private string? Whole()
    {
        var text = _pending.ToString();
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return null;
        var length = end + 4 + int.Parse(Header(text, "Content-Length") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        if (text.Length < length) return null;
        _pending.Remove(0, length);
        return text[..length];
    }
}
