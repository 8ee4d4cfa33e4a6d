using System.Globalization;
using System.Net;
using CallCluster.Contracts.Agents;
using CallCluster.Edge.Admission;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Registrar;

/// <summary>The registrar of agents' phones (RFC 3261 10.3). Who may register is checked here; bindings live in the AgentGrain.</summary>
internal sealed partial class AgentRegistrar(EdgeContext edge, DigestGate digest)
{
    private static readonly TimeSpan DefaultExpiry = TimeSpan.FromHours(1);
    private static readonly TimeSpan MinExpiry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MaxExpiry = TimeSpan.FromHours(1);

    /// <summary>Most contacts in one REGISTER that are looked at.</summary>
    private const int MaxContacts = 10;

    private readonly ILogger _logger = edge.Logger;

    public void Register(IncomingRequest incoming)
    {
        var request = incoming.Request;
        var identity = digest.Identify(request);
        if (identity.Agent is not { } agent)
        {
            if (digest.Challenge(request, stale: identity.Verdict is DigestVerdict.Stale or DigestVerdict.Replayed) is { } challenge) Answer(incoming, "challenged", 401, headers: challenge);
            else Answer(incoming, "no_agent_registers", 403, "No Agent Registers Here");
            return;
        }

        if (!IsAddressOf(request.To.Uri.User, agent)) Answer(incoming, "wrong_address", 403, "Not Your Address Of Record");
        else if (request.Contact.Count > MaxContacts) Answer(incoming, "too_many_contacts", 400, "Too Many Contacts In Request");
        else if (request.HasWildcardContact && (request.Expires != 0 || request.Contact.Count > 0)) Answer(incoming, "bad_wildcard", 400, "Wildcard Needs Expires 0");
        else if (request.Contact.Any(contact => ExpiryOf(contact, request) is var expiry && expiry > TimeSpan.Zero && expiry < MinExpiry))
            Answer(incoming, "too_brief", 423, headers: [("Min-Expires", Seconds(MinExpiry))]);
        else _ = Bind(incoming, agent);
    }

    private async Task Bind(IncomingRequest incoming, string agent)
    {
        var request = incoming.Request;
        var credentials = DigestCredentials.TryParse(request.GetHeader(HeaderNames.Authorization), out var parsed) ? parsed : null;
        try
        {
            var result = await edge.Grains.GetGrain<IAgentGrain>(agent).Register(new RegistrationRequest
            {
                SipCallId = request.CallId,
                CSeq = request.CSeq.Number,
                EdgeId = edge.Options.EdgeId,
                RemoveAll = request.HasWildcardContact,
                Contacts = [.. request.Contact.Select(contact => Binding(contact, incoming))],
                Nonce = credentials?.Nonce,
                NonceCount = credentials?.NonceCount ?? 0,
            }).ConfigureAwait(false);
            switch (result.Status)
            {
                case RegistrationStatus.Accepted:
                    if (result.Bindings.Length > 0) incoming.HoldFlow(result.Bindings.Max(binding => binding.Expires));
                    Answer(incoming, "accepted", 200, headers: [.. result.Bindings.Select(binding => ("Contact", $"<{binding.Uri}>;expires={Seconds(binding.Expires)}"))]);
                    break;
                case RegistrationStatus.Replayed:
                    Answer(incoming, "replayed", 401, headers: digest.Challenge(request, stale: true));
                    break;
                case RegistrationStatus.OutOfOrder:
                    Answer(incoming, "out_of_order", 500, "CSeq Out Of Order");
                    break;
                default:
                    Answer(incoming, "too_many_bindings", 403, "Too Many Bindings");
                    break;
            }
        }
        catch (Exception exception)
        {
            LogNotStored(exception, agent);
            Answer(incoming, "cluster_away", 503, "Cluster Not Reachable", [Legs.RetryAfter.Header(Legs.RetryAfter.Jittered())]);
        }
    }

    private void Answer(IncomingRequest incoming, string result, int status, string? reason = null, IReadOnlyList<(string Name, string Value)>? headers = null)
    {
        EdgeMetrics.Registrations.Add(1, new KeyValuePair<string, object?>("result", result));
        // A challenge is no refusal, and 423 only asks for more.
        if (status >= 400 && status is not (401 or 423)) LogRefused(status, result, incoming.RemoteEndPoint.ToString(), Legs.Printable.Clean(incoming.Request.To.Uri.ToString()));
        incoming.Respond(status, reason, headers: headers);
    }

    private bool IsAddressOf(string? user, string agent) =>
        user is not null && (user == agent || (edge.Routing.Routing.Agents.TryGetValue(agent, out var options) && user == options.Username));

    private static ContactBinding Binding(NameAddress contact, IncomingRequest incoming) =>
        new(contact.Uri.ToString(), PhoneTarget.Format(contact.Uri, IsReachedAt(contact.Uri, incoming) ? null : incoming.FlowPath), ExpiryOf(contact, incoming.Request), InstanceOf(contact));

    // RFC 5626 4.2: both or nothing.
    private static string? InstanceOf(NameAddress contact) =>
        contact.Parameters["+sip.instance"] is { Length: > 0 } instance && contact.Parameters["reg-id"] is { Length: > 0 } flow ? $"{instance};{flow}" : null;

    /// <summary>
    /// PROTOCOL rule 7: over a connection, and behind a NAT, a phone is reached by the flow it registered over and by nothing else (RFC 5626). It stands behind none when it
    /// names the address that it sends from, and the port as well unless it wants responses elsewhere (RFC 3581). With maddr it names another than its host.
    /// </summary>
    private static bool IsReachedAt(SipUri contact, IncomingRequest incoming) =>
        incoming.Listener.Protocol == SipTransportProtocol.Udp && contact.MAddr is null
        && IPAddress.TryParse(contact.Host.Trim('[', ']'), out var host) && host.Equals(incoming.RemoteEndPoint.Address)
        && ((contact.Port ?? SipTransportProtocol.Udp.DefaultPort()) == incoming.RemoteEndPoint.Port || !incoming.Request.TopVia!.HasRPort);

    private static TimeSpan ExpiryOf(NameAddress contact, SipRequest request)
    {
        var expiry = (contact.Expires ?? request.Expires) is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultExpiry;
        return expiry < MaxExpiry ? expiry : MaxExpiry;
    }

    private static string Seconds(TimeSpan time) => ((int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(LogLevel.Information, "REGISTER refused with {Status}, {Result}: from {Source} for {Address}.")]
    private partial void LogRefused(int status, string result, string source, string address);

    [LoggerMessage(LogLevel.Warning, "The registration of agent {Agent} could not be stored: the cluster does not answer. The phone got 503 and will try again.")]
    private partial void LogNotStored(Exception exception, string agent);
}
