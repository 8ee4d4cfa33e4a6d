using System.Globalization;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.UserAgents;

/// <summary>Answers without a transaction, so that what is refused costs no memory (RFC 3261 §8.2.7). Under the endpoint's lock.</summary>
internal sealed partial class StatelessRefusals(SipEndpoint endpoint, ILogger logger)
{
    private bool _toldFull;

    /// <summary>A new INVITE that the application does not take.</summary>
    internal void Refuse(SipRequest request, in SipFlow flow, in NewCallRefusal refusal)
    {
        SipMetrics.ResponseSent(503);
        var response = SipResponse.For(request, 503, refusal.Reason, "overload");
        response.Headers.Add(HeaderNames.RetryAfter, ((int)refusal.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        endpoint.Sender.SendOnce(flow, response);
    }

    /// <summary>A request that finds no room among the transactions.</summary>
    internal void RefuseForLoad(SipRequest request, in SipFlow flow)
    {
        if (endpoint.Transactions.IsOverflowing)
        {
            SipMetrics.Dropped("transactions-full");
            return;
        }

        if (!_toldFull)
            LogWarningFull(endpoint.Options.MaxTransactions);
        _toldFull = true;
        SipMetrics.Refused(503, request.Method);
        Refuse(request, flow, new NewCallRefusal("Too Many Transactions", TimeSpan.FromSeconds(Random.Shared.Next(5, 15))));
    }

    /// <summary>There is room again: the next time that there is none is told anew.</summary>
    internal void NoteRoom() => _toldFull = false;

    /// <summary>What is not valid SIP, answered where an answer would find its way.</summary>
    internal void RefuseMalformed(in SipParseResult result, in SipFlow source)
    {
        SipMetrics.ParseError(result.Error.ToString());
        endpoint.Sources?.OnRefused(source.Remote.Address);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            var error = result.ToString();
            LogDebugParse(source.Remote, error);
        }

        if (result.Status is not { } status)
            return;
        SipMetrics.ResponseSent(status);
        var request = result.PartialRequest!;
        endpoint.Sender.SendOnce(TransportLayer.ForResponses(request, source), SipResponse.For(request, status, null, "malformed"));
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A message from {Remote} is not valid SIP: {Error}")]
    private partial void LogDebugParse(System.Net.IPEndPoint remote, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "All {Capacity} transactions are in use: new requests get 503. Add edges, or raise MaxTransactions if memory allows.")]
    private partial void LogWarningFull(int capacity);
}
