using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Authentication;

/// <summary>One Authorization or Proxy-Authorization value of the scheme Digest (RFC 7616 section 3.4).</summary>
public sealed class DigestCredentials
{
    public required string Username { get; init; }

    public required string Realm { get; init; }

    public required string Nonce { get; init; }

    /// <summary>The digest-uri as the client wrote it: the hash is over this text.</summary>
    public required string Uri { get; init; }

    /// <summary>The hash in hexadecimal.</summary>
    public required string Response { get; init; }

    public DigestAlgorithm Algorithm { get; init; }

    public string? Opaque { get; init; }

    public string? ClientNonce { get; init; }

    /// <summary>Null without qop.</summary>
    public uint? NonceCount { get; init; }

    /// <summary>False for other schemes, unknown algorithms or qop, a nonce count that is not eight hexadecimal digits, and half of a qop.</summary>
    public static bool TryParse(string? value, [NotNullWhen(true)] out DigestCredentials? credentials)
    {
        credentials = null;
        if (value is null || AuthParameters.TryParse(value) is not { } parameters)
            return false;
        if (parameters["username"] is not { } username || parameters["realm"] is not { } realm || parameters["nonce"] is not { } nonce
            || parameters["uri"] is not { } uri || parameters["response"] is not { } response
            || !DigestAlgorithms.TryRead(parameters["algorithm"], out var algorithm))
            return false;
        if (!TryReadQop(parameters, out var clientNonce, out var nonceCount))
            return false;
        credentials = new DigestCredentials
        {
            Username = username,
            Realm = realm,
            Nonce = nonce,
            Uri = uri,
            Response = response,
            Algorithm = algorithm,
            Opaque = parameters["opaque"],
            ClientNonce = clientNonce,
            NonceCount = nonceCount,
        };
        return true;
    }

    /// <summary>The header value.</summary>
    public string ToHeaderValue()
    {
        var text = new StringBuilder("Digest username=").Append(SipText.Quote(Username))
            .Append(", realm=").Append(SipText.Quote(Realm))
            .Append(", nonce=").Append(SipText.Quote(Nonce))
            .Append(", uri=").Append(SipText.Quote(Uri))
            .Append(", response=\"").Append(Response).Append('"')
            .Append(", algorithm=").Append(Algorithm.Token());
        if (Opaque is not null)
            text.Append(", opaque=").Append(SipText.Quote(Opaque));
        if (NonceCount is { } count)
            text.Append(", cnonce=").Append(SipText.Quote(ClientNonce!)).Append(", qop=auth, nc=").Append(DigestHash.NonceCount(count));
        return text.ToString();
    }

    /// <summary>Names the user and realm only: the rest would let a reader of logs guess passwords.</summary>
    public override string ToString() => $"Digest {SipText.Quote(Username)} in {SipText.Quote(Realm)}";

    /// <summary>qop, cnonce and nc come together or not at all (RFC 7616 section 3.4).</summary>
    private static bool TryReadQop(AuthParameters parameters, out string? clientNonce, out uint? nonceCount)
    {
        clientNonce = parameters["cnonce"];
        nonceCount = null;
        if (parameters["qop"] is not { } qop)
            return parameters["nc"] is null;
        // nc-value = 8LHEX
        if (!qop.Equals("auth", StringComparison.OrdinalIgnoreCase) || clientNonce is null || parameters["nc"] is not { Length: 8 } nc
            || !uint.TryParse(nc, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var count))
            return false;
        nonceCount = count;
        return true;
    }
}
