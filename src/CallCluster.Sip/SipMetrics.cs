using System.Diagnostics.Metrics;
using CallCluster.Sip.Messages;

namespace CallCluster.Sip;

/// <summary>The instruments of this project on the meter "CallCluster". Labels are bounded: methods and error kinds we know, status classes.</summary>
public static class SipMetrics
{
    private static readonly Meter Meter = new("CallCluster");

    private static readonly Counter<long> RequestsReceived = Meter.CreateCounter<long>(
        "callcluster.sip.requests.received", "{request}", "SIP requests received, without retransmissions, by method.");

    private static readonly Counter<long> RequestsSent = Meter.CreateCounter<long>(
        "callcluster.sip.requests.sent", "{request}", "SIP requests sent, without retransmissions, by method.");

    private static readonly Counter<long> ResponsesReceived = Meter.CreateCounter<long>(
        "callcluster.sip.responses.received", "{response}", "SIP responses received by status class.");

    private static readonly Counter<long> ResponsesSent = Meter.CreateCounter<long>(
        "callcluster.sip.responses.sent", "{response}", "SIP responses sent, without retransmissions, by status class.");

    private static readonly Counter<long> Retransmissions = Meter.CreateCounter<long>(
        "callcluster.sip.retransmissions", "{message}", "SIP messages sent again by what was repeated.");

    private static readonly Counter<long> RetransmissionsReceived = Meter.CreateCounter<long>(
        "callcluster.sip.retransmissions.received", "{request}", "SIP requests that came again and were absorbed, by method.");

    private static readonly Counter<long> ParseErrors = Meter.CreateCounter<long>(
        "callcluster.sip.parse.errors", "{message}", "Received messages that are not valid SIP, by kind.");

    private static readonly Counter<long> Drops = Meter.CreateCounter<long>(
        "callcluster.sip.dropped", "{message}", "Messages dropped without an answer, by reason.");

    private static readonly Counter<long> Bans = Meter.CreateCounter<long>(
        "callcluster.sip.bans", "{address}", "Addresses banned for a time, since all they sent was refused.");

    private static readonly Counter<long> SocketErrors = Meter.CreateCounter<long>(
        "callcluster.sip.socket.errors", "{error}", "Errors that receiving from a socket reported.");

    private static readonly Counter<long> Threw = Meter.CreateCounter<long>(
        "callcluster.sip.datagrams.threw", "{message}", "Messages whose processing threw: each is a bug, none ends the loop.");

    private static readonly UpDownCounter<long> Transactions = Meter.CreateUpDownCounter<long>(
        "callcluster.sip.transactions.pending", "{transaction}", "Transactions in the tables, those that linger to absorb retransmissions included.");

    private static readonly UpDownCounter<long> Connections = Meter.CreateUpDownCounter<long>(
        "callcluster.sip.connections", "{connection}", "Open connections of connection-oriented transports.");

    private static readonly Counter<long> Forwards = Meter.CreateCounter<long>(
        "callcluster.sip.forwarded", "{message}", "Messages passed on between a phone's flow and another edge, by kind (request, response).");

    private static readonly Counter<long> Handshakes = Meter.CreateCounter<long>(
        "callcluster.sip.tls.handshakes", "{handshake}", "TLS handshakes by side (accepted, opened) and result (done, failed).");

    private static readonly Gauge<double> CertificateValid = Meter.CreateGauge<double>(
        "callcluster.sip.tls.certificate.valid.until", "s", "When our TLS certificate ends, in seconds since 1970.");

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "callcluster.sip.requests.refused", "{request}", "Requests that the stack refused by itself, by status and method.");

    private static readonly Counter<long> Locations = Meter.CreateCounter<long>(
        "callcluster.sip.locations", "{search}", "Searches for the servers of a SIP host by DNS, by result (found, none, failed).");

    private static readonly Counter<long> Failovers = Meter.CreateCounter<long>(
        "callcluster.sip.failovers", "{request}", "Requests that went to the next server of their target, by cause (Silence, Transport, Unavailable).");

    private static readonly string[] StatusClasses = ["0xx", "1xx", "2xx", "3xx", "4xx", "5xx", "6xx"];

    internal static void RequestReceived(string method) => RequestsReceived.Add(1, new KeyValuePair<string, object?>("method", Known(method)));

    internal static void RequestSent(string method) => RequestsSent.Add(1, new KeyValuePair<string, object?>("method", Known(method)));

    internal static void ResponseReceived(int status) => ResponsesReceived.Add(1, new KeyValuePair<string, object?>("status", ClassOf(status)));

    internal static void ResponseSent(int status) => ResponsesSent.Add(1, new KeyValuePair<string, object?>("status", ClassOf(status)));

    internal static void Retransmitted(string what) => Retransmissions.Add(1, new KeyValuePair<string, object?>("what", Known(what)));

    internal static void RetransmissionReceived(string method) =>
        RetransmissionsReceived.Add(1, new KeyValuePair<string, object?>("method", Known(method)));

    internal static void ParseError(string kind) => ParseErrors.Add(1, new KeyValuePair<string, object?>("kind", kind));

    internal static void Dropped(string reason) => Drops.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal static void Banned() => Bans.Add(1);

    internal static void SocketError() => SocketErrors.Add(1);

    internal static void DatagramThrew() => Threw.Add(1);

    internal static void TransactionsChanged(int by) => Transactions.Add(by);

    internal static void ConnectionsChanged(int by) => Connections.Add(by);

    internal static void Forwarded(bool isRequest) => Forwards.Add(1, new KeyValuePair<string, object?>("kind", isRequest ? "request" : "response"));

    internal static void Handshake(string side, bool succeeded) =>
        Handshakes.Add(1, new KeyValuePair<string, object?>("side", side), new KeyValuePair<string, object?>("result", succeeded ? "done" : "failed"));

    /// <param name="status">One of those that the stack gives: a bounded number.</param>
    /// <param name="method">As it came.</param>
    internal static void Refused(int status, string method) => Refusals.Add(1, new KeyValuePair<string, object?>("status", status), new KeyValuePair<string, object?>("method", Known(method)));

    internal static void Located(string result) => Locations.Add(1, new KeyValuePair<string, object?>("result", result));

    internal static void FailedOver(string cause) => Failovers.Add(1, new KeyValuePair<string, object?>("cause", cause));

    internal static void CertificateValidUntil(DateTime end) => CertificateValid.Record(new DateTimeOffset(end).ToUnixTimeSeconds());

    private static string ClassOf(int status) => StatusClasses[Math.Clamp(status / 100, 0, 6)];

    private static string Known(string method) => method switch
    {
        SipMethods.Invite or SipMethods.Ack or SipMethods.Bye or SipMethods.Cancel or SipMethods.Options or SipMethods.Register or SipMethods.Info
            or SipMethods.Update or SipMethods.Prack or SipMethods.Refer or SipMethods.Notify or SipMethods.Subscribe or SipMethods.Message
            or SipMethods.Publish or "response" => method,
        _ => "other",
    };
}
