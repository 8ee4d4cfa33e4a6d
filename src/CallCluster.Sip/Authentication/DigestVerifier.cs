using System.Security.Cryptography;
using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Authentication;

/// <summary>
/// The server's side of digest authentication (RFC 3261 section 22, RFC 7616, RFC 8760): challenges for one realm and checks the answers.
/// Only qop=auth is accepted, for without a nonce count replays could not be told. Thread-safe.
/// </summary>
public sealed class DigestVerifier
{
    private readonly DigestNonces _nonces;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;
    private readonly NonceCountWindow _window;
    private readonly DigestSecret _nobody;
    private readonly DigestAlgorithm[] _algorithms;

    /// <param name="realm">Shown to users; credentials for other realms are passed over.</param>
    /// <param name="key">At least 16 random bytes, the same on all nodes that shall accept one another's nonces.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lifetime">How long a nonce serves; five minutes when null.</param>
    /// <param name="window">Where uses are noted; its own when null, which then refuses nonces from before its time as stale.</param>
    /// <param name="algorithms">What challenges ask for and answers may use, the strongest first (RFC 8760 section 2.4); SHA-256 and MD5 when null.</param>
    public DigestVerifier(string realm, ReadOnlySpan<byte> key, TimeProvider time, TimeSpan? lifetime = null, NonceCountWindow? window = null, IEnumerable<DigestAlgorithm>? algorithms = null)
    {
        _algorithms = [.. (algorithms ?? [DigestAlgorithm.Sha256, DigestAlgorithm.Md5])];
        Realm = realm;
        _nonces = new DigestNonces(key, realm);
        _time = time;
        _lifetime = lifetime ?? TimeSpan.FromMinutes(5);
        _window = window ?? new NonceCountWindow(time.GetUtcNow().AddMilliseconds(-1));
        _nobody = new DigestSecret("", realm, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
    }

    public string Realm { get; }

    /// <summary>Adds a challenge per algorithm: WWW-Authenticate, in a 407 Proxy-Authenticate.</summary>
    public void Challenge(SipResponse response, bool stale = false)
    {
        var header = response.StatusCode == 407 ? HeaderNames.ProxyAuthenticate : HeaderNames.WwwAuthenticate;
        var nonce = _nonces.Issue(_time.GetUtcNow());
        foreach (var algorithm in _algorithms)
            response.Headers.Add(header, new DigestChallenge { Realm = Realm, Nonce = nonce, Algorithm = algorithm, Stale = stale }.ToString());
    }

    /// <summary>Checks a request's Authorization, or as a proxy its Proxy-Authorization.</summary>
    /// <param name="request">Not a retransmission: each use of credentials counts.</param>
    /// <param name="findSecret">The secret of a user name that is only claimed; null when there is none.</param>
    /// <param name="asProxy">Read Proxy-Authorization.</param>
    public DigestVerification Verify(SipRequest request, Func<string, DigestSecret?> findSecret, bool asProxy = false)
    {
        foreach (var value in request.GetHeaders(asProxy ? HeaderNames.ProxyAuthorization : HeaderNames.Authorization))
        {
            if (DigestCredentials.TryParse(value, out var credentials) && credentials.Realm == Realm && credentials.NonceCount is not null
                && _algorithms.Contains(credentials.Algorithm))
                return new DigestVerification(Verify(request, credentials, findSecret(credentials.Username)), credentials.Username);
        }

        return new DigestVerification(DigestVerdict.NoCredentials, null);
    }

    private DigestVerdict Verify(SipRequest request, DigestCredentials credentials, DigestSecret? secret)
    {
        // An unknown user costs the same time as a wrong password.
        if (!IsRight(credentials, request.Method, secret ?? _nobody) || secret is null)
            return DigestVerdict.Refused;
        if (!IsFor(request.RequestUri, credentials.Uri))
            return DigestVerdict.WrongUri;
        if (!_nonces.TryRead(credentials.Nonce, out var issued))
            return DigestVerdict.Stale;
        var age = _time.GetUtcNow() - issued;
        // A nonce from the future comes from a node whose clock is ahead; more than a lifetime is not believed.
        if (age > _lifetime || age < -_lifetime)
            return DigestVerdict.Stale;
        return _window.TryUse(credentials.Nonce, issued, credentials.NonceCount!.Value) switch
        {
            NonceUse.Fresh => DigestVerdict.Accepted,
            NonceUse.Replayed => DigestVerdict.Replayed,
            _ => DigestVerdict.Stale,
        };
    }

    private static bool IsRight(DigestCredentials credentials, string method, DigestSecret secret)
    {
        var expected = DigestHash.Response(
            credentials.Algorithm, secret.Hash(credentials.Algorithm), method, credentials.Uri, credentials.Nonce, credentials.NonceCount, credentials.ClientNonce);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(credentials.Response.ToLowerInvariant()));
    }

    /// <summary>Same user and host: ports and parameters are changed on the way, and clients write fewer of them here (RFC 3261 section 22.4).</summary>
    private static bool IsFor(SipUri requestUri, string digestUri) =>
        SipUri.TryParse(digestUri, out var uri) && uri.User == requestUri.User && uri.Opaque == requestUri.Opaque
        && uri.Host.Equals(requestUri.Host, StringComparison.OrdinalIgnoreCase);
}
