using System.Security.Cryptography;
using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Authentication;

/// <summary>
/// The client's side of digest authentication: one user's credentials for one realm. Challenges of other realms are never answered, so the password's
/// hash goes to nobody else; give each peer its own instance. Not thread-safe.
/// </summary>
public sealed class DigestClient
{
    private readonly string _username;
    private string _password;
    private string? _former;
    private readonly Func<string, bool>? _isOurs;
    private string? _realm;
    private Session? _session;
    private Session? _proxySession;

    /// <param name="username">The user name of the account.</param>
    /// <param name="password">Kept in memory, never shown.</param>
    /// <param name="realm">The one realm to answer; null takes that of the first challenge for good.</param>
    /// <param name="isOurs">Without a realm: whether that of a challenge may be answered; null for any. For those who keep a realm over several instances.</param>
    /// <param name="former">The password before this one, tried once where the peer refuses it: it may not have been changed there yet.</param>
    public DigestClient(string username, string password, string? realm = null, Func<string, bool>? isOurs = null, string? former = null)
    {
        _former = former;
        _isOurs = isOurs;
        _username = username;
        _password = password;
        _realm = realm;
    }

    /// <summary>
    /// Puts credentials into a request that is to be sent again after a 401 or 407. False when there is nothing to answer: another realm, no
    /// algorithm that we speak, or the password was refused. The caller raises CSeq and makes a new branch (RFC 3261 section 22.2).
    /// </summary>
    /// <param name="request">What was refused, or a copy; gets its credentials header replaced.</param>
    /// <param name="response">The 401 or 407.</param>
    public bool TryAnswer(SipRequest request, SipResponse response)
    {
        if (response.StatusCode is not (401 or 407))
            return false;
        var isProxy = response.StatusCode == 407;
        var challenge = Strongest(response.GetHeaders(isProxy ? HeaderNames.ProxyAuthenticate : HeaderNames.WwwAuthenticate));
        if (challenge is null || (WasRefused(request, challenge, isProxy ? _proxySession : _session, isProxy) && !TryFormer()))
            return false;
        _realm ??= challenge.Realm;
        var session = new Session(challenge, DigestHash.Secret(challenge.Algorithm, _username, challenge.Realm, _password));
        if (isProxy)
            _proxySession = session;
        else
            _session = session;
        Authorize(request, session, isProxy);
        return true;
    }

    /// <summary>Puts credentials over the last challenge into a new request, so that it need not be refused first (RFC 7616 section 3.6).</summary>
    public void Authorize(SipRequest request)
    {
        if (_session is not null)
            Authorize(request, _session, isProxy: false);
        if (_proxySession is not null)
            Authorize(request, _proxySession, isProxy: true);
    }

    public override string ToString() => $"credentials of {_username}";

    /// <summary>A client uses the strongest that it supports (RFC 7616 section 3.7); among equals the first.</summary>
    private DigestChallenge? Strongest(IReadOnlyList<string> values)
    {
        DigestChallenge? best = null;
        foreach (var value in values)
        {
            if (!DigestChallenge.TryParse(value, out var challenge) || !MayAnswer(challenge.Realm))
                continue;
            if (best is null || (challenge.Realm == best.Realm && challenge.Algorithm > best.Algorithm))
                best = challenge;
        }

        return best;
    }

    private bool TryFormer()
    {
        if (_former is null)
            return false;
        (_password, _former) = (_former, null);
        return true;
    }

    private bool MayAnswer(string realm) => _realm is null ? _isOurs?.Invoke(realm) ?? true : realm == _realm;

    /// <summary>
    /// True when the request had credentials that were made for the server's last challenge: trying again would loop. A nonce that served before
    /// may have expired without the server saying so; a fresh one may be called stale once.
    /// </summary>
    private static bool WasRefused(SipRequest request, DigestChallenge challenge, Session? last, bool isProxy)
    {
        foreach (var value in request.GetHeaders(CredentialsHeader(isProxy)))
        {
            if (!DigestCredentials.TryParse(value, out var sent) || sent.Realm != challenge.Realm || sent.NonceCount > 1)
                continue;
            return !challenge.Stale || last is null || last.Challenge.Stale;
        }

        return false;
    }

    private void Authorize(SipRequest request, Session session, bool isProxy)
    {
        var challenge = session.Challenge;
        uint? count = challenge.OffersAuth ? ++session.NonceCount : null;
        var clientNonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var uri = request.RequestUri.ToString();
        var credentials = new DigestCredentials
        {
            Username = _username,
            Realm = challenge.Realm,
            Nonce = challenge.Nonce,
            Uri = uri,
            Algorithm = challenge.Algorithm,
            Opaque = challenge.Opaque,
            ClientNonce = clientNonce,
            NonceCount = count,
            Response = DigestHash.Response(challenge.Algorithm, session.Secret, request.Method, uri, challenge.Nonce, count, clientNonce),
        };
        request.Headers.Set(CredentialsHeader(isProxy), credentials.ToHeaderValue());
    }

    private static string CredentialsHeader(bool isProxy) => isProxy ? HeaderNames.ProxyAuthorization : HeaderNames.Authorization;

    private sealed class Session(DigestChallenge challenge, string secret)
    {
        public DigestChallenge Challenge { get; } = challenge;

        public string Secret { get; } = secret;

        public uint NonceCount { get; set; }
    }
}
