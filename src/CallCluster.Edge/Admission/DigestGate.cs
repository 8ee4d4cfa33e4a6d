using System.Collections.Concurrent;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Admission;

/// <summary>Tells agents and trunks by digest (RFC 3261 22): challenges with nonces that any edge can check.</summary>
internal sealed partial class DigestGate(EdgeContext edge)
{
    private readonly DigestVerifier _verifier = new(edge.Options.Domain, edge.Names.NonceKey, edge.Clock, algorithms: edge.Options.DigestAlgorithms);
    private readonly ConcurrentDictionary<(string Username, string Password), DigestSecret> _secrets = new();
    private readonly ILogger _logger = edge.Logger;

    /// <summary>Checks the request's credentials. Call once per request: a nonce count serves once.</summary>
    public DigestIdentity Identify(SipRequest request)
    {
        var (verdict, username) = _verifier.Verify(request, user => SecretOf(user, edge.Credentials.Password));
        if (verdict is DigestVerdict.Refused) (verdict, username) = _verifier.Verify(request, user => SecretOf(user, edge.Credentials.Former));
        if (verdict is not DigestVerdict.Accepted)
        {
            if (verdict is DigestVerdict.Refused or DigestVerdict.Replayed)
            {
                EdgeMetrics.DigestRefused.Add(1, new KeyValuePair<string, object?>("verdict", verdict.ToString()));
                LogRefused(request.Method, Legs.Printable.Clean(username ?? ""), verdict);
            }

            return new DigestIdentity(verdict, null, null);
        }

        var agent = edge.Routing.AgentOf(username!);
        return new DigestIdentity(verdict, agent, agent is null ? edge.Routing.TrunkOf(username!) : null);
    }

    /// <summary>Headers of a 401 for the request; null when nobody here could ever authenticate.</summary>
    public IReadOnlyList<(string Name, string Value)>? Challenge(SipRequest request, bool stale)
    {
        if (!edge.Routing.AnyCredentials) return null;
        var response = SipResponse.For(request, 401);
        _verifier.Challenge(response, stale);
        return [.. response.GetHeaders(HeaderNames.WwwAuthenticate).Select(value => (HeaderNames.WwwAuthenticate, value))];
    }

    private DigestSecret? SecretOf(string username, Func<string?, string?> passwordIn)
    {
        var routing = edge.Routing;
        var file = routing.AgentOf(username) is { } agent ? routing.Routing.Agents[agent].PasswordFile
            : routing.TrunkOf(username) is { } trunk ? routing.Routing.Trunks[trunk].PasswordFile : null;
        return passwordIn(file) is { } password
            ? _secrets.GetOrAdd((username, password), static (user, realm) => new DigestSecret(user.Username, realm, user.Password), edge.Options.Domain)
            : null;
    }

    [LoggerMessage(LogLevel.Information, "{Method} with digest credentials of '{Username}' refused: {Verdict}. If it repeats, compare the phone's password with the PasswordFile.")]
    private partial void LogRefused(string method, string username, DigestVerdict verdict);
}
