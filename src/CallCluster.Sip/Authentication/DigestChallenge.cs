using System.Diagnostics.CodeAnalysis;
using System.Text;
using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Authentication;

/// <summary>One WWW-Authenticate or Proxy-Authenticate value of the scheme Digest (RFC 7616 section 3.3, RFC 3261 section 22.4).</summary>
public sealed record DigestChallenge
{
    public required string Realm { get; init; }

    public required string Nonce { get; init; }

    public DigestAlgorithm Algorithm { get; init; }

    /// <summary>To be sent back as it is; null when the server sent none.</summary>
    public string? Opaque { get; init; }

    /// <summary>The password was right and only the nonce too old.</summary>
    public bool Stale { get; init; }

    /// <summary>False only for servers from before RFC 2617, which know no qop.</summary>
    public bool OffersAuth { get; init; } = true;

    /// <summary>False for other schemes, unknown algorithms, and servers that demand more than qop auth.</summary>
    public static bool TryParse(string? value, [NotNullWhen(true)] out DigestChallenge? challenge)
    {
        challenge = null;
        if (value is null || AuthParameters.TryParse(value) is not { } parameters)
            return false;
        if (parameters["realm"] is not { } realm || parameters["nonce"] is not { } nonce || !DigestAlgorithms.TryRead(parameters["algorithm"], out var algorithm))
            return false;
        var qop = parameters["qop"];
        if (qop is not null && !qop.Split(',', StringSplitOptions.TrimEntries).Contains("auth", StringComparer.OrdinalIgnoreCase))
            return false;
        challenge = new DigestChallenge
        {
            Realm = realm,
            Nonce = nonce,
            Algorithm = algorithm,
            Opaque = parameters["opaque"],
            Stale = "true".Equals(parameters["stale"], StringComparison.OrdinalIgnoreCase),
            OffersAuth = qop is not null,
        };
        return true;
    }

    /// <summary>The header value.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("Digest realm=").Append(SipText.Quote(Realm)).Append(", nonce=").Append(SipText.Quote(Nonce));
        if (Opaque is not null)
            text.Append(", opaque=").Append(SipText.Quote(Opaque));
        if (Stale)
            text.Append(", stale=true");
        text.Append(", algorithm=").Append(Algorithm.Token());
        if (OffersAuth)
            text.Append(", qop=\"auth\"");
        return text.ToString();
    }
}
