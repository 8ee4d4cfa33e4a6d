using System.Net;
using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Sip.Tests.Support;

/// <summary>A transaction layer alone: the test is its user, its network and its clock.</summary>
internal sealed class TransactionBench : IClientTransactionUser, IServerTransactionUser
{
    private static readonly IPEndPoint Remote = new(new IPAddress([10, 0, 0, 9]), 5060);
    private readonly SilentTransport _transport;

    public TransactionBench(SipTransportProtocol protocol = SipTransportProtocol.Udp)
    {
        _transport = new SilentTransport(protocol);
        Flow = new SipFlow(_transport, Remote);
        Timers = new TimerQueue(Time, Gate, NullLogger.Instance);
        Layer = new TransactionLayer(
            new TransactionTimings(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200)),
            Timers, new MessageSender(), 1000);
    }

    public FakeTimeProvider Time { get; } = new();

    public Lock Gate { get; } = new();

    public TimerQueue Timers { get; }

    public TransactionLayer Layer { get; }

    public SipFlow Flow { get; }

    public bool IsBroken { set => _transport.IsBroken = value; }

    /// <summary>What the user was told, in order.</summary>
    public List<string> Told { get; } = [];

    /// <summary>Times in milliseconds since the start at which something was sent, with its first two words.</summary>
    public List<string> Sent => [.. _transport.Sent.Select(item => $"{(item.At - Time.Start).TotalMilliseconds:0} {item.Line}")];

    public T Client<T>(string method)
        where T : ClientTransaction
    {
        _transport.Time = Time;
        return (T)Layer.Send(Request(method, null), Flow, this);
    }

    public T Server<T>(string method, string branch = "z9hG4bKserver")
        where T : ServerTransaction
    {
        _transport.Time = Time;
        var request = Request(method, branch);
        var transaction = (T)Layer.Receive(request, ServerTransactionKey.Of(request, method), Flow);
        if (transaction is InviteServerTransaction invite)
            invite.User = this;
        return transaction;
    }

    public void Respond(ServerTransaction transaction, int status) => transaction.Respond(SipResponse.For(Request(transaction.Key.Method, "z9hG4bKserver"), status, null, "us"));

    public SipResponse Response(ClientTransaction transaction, int status) => SipResponse.For(transaction.Request, status, null, "peer");

    public void Pass(double seconds)
    {
        var step = TimeSpan.FromMilliseconds(50);
        for (var left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero; left -= step)
            Time.Advance(left < step ? left : step);
    }

    public static SipRequest Request(string method, string? branch)
    {
        var request = new SipRequest(method, SipUri.Parse("sip:a@10.0.0.9"));
        if (branch is not null)
            request.Headers.Add("Via", $"SIP/2.0/UDP 10.0.0.9:5060;branch={branch}");
        request.Headers.Add("From", "<sip:a@b>;tag=f");
        request.Headers.Add("To", "<sip:c@d>");
        request.Headers.Add("Call-ID", "id");
        request.Headers.Add("CSeq", $"7 {method}");
        return request;
    }

    public void OnResponse(ClientTransaction transaction, SipResponse response) => Told.Add(response.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public void OnFailure(ClientTransaction? transaction, int status) => Told.Add($"failed {status}");

    public void OnTerminated(ClientTransaction transaction) => Told.Add("over");

    public void OnCancel(InviteServerTransaction transaction, SipRequest cancel) => Told.Add("cancel");

    private sealed class SilentTransport(SipTransportProtocol protocol)
        : SipTransport(new SipListenerOptions(protocol, new IPEndPoint(new IPAddress([10, 0, 0, 1]), 5060)))
    {
        public FakeTimeProvider? Time { get; set; }

        public bool IsBroken { get; set; }

        public List<(DateTimeOffset At, string Line)> Sent { get; } = [];

        internal override void Start(ITransportSink sink)
        {
        }

        internal override bool Send(in SipFlow flow, ReadOnlySpan<byte> message)
        {
            var line = Encoding.ASCII.GetString(message[..message.IndexOf("\r\n"u8)]);
            Sent.Add((Time!.GetUtcNow(), line.StartsWith("SIP/2.0 ", StringComparison.Ordinal) ? line[8..11] : line[..line.IndexOf(' ')]));
            return !IsBroken;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
