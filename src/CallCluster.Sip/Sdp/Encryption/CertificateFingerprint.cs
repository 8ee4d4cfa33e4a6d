namespace CallCluster.Sip.Sdp.Encryption;

/// <summary>An <c>a=fingerprint</c> line (RFC 8122 §5): the hash of the certificate that its side shows in the DTLS handshake.</summary>
/// <param name="Hash">sha-256, sha-384 or sha-512: weaker ones prove nothing and are not read.</param>
/// <param name="Value">The digest in upper-case hexadecimal digits.</param>
public sealed record CertificateFingerprint(string Hash, string Value)
{
    private const string Name = "fingerprint";

    /// <summary>Most lines that are looked at: a certificate each, in each hash.</summary>
    private const int MaxLines = 8;

    /// <summary>Those that hold for a media line, its own or, if it has none at all, the session's (§5), of the strongest hash that they have (§5.1): the certificate must match one of them.</summary>
    public static IReadOnlyList<CertificateFingerprint> Of(SessionDescription description, MediaDescription line)
    {
        CertificateFingerprint[] all = [.. Values(description, line).Take(MaxLines).Select(Parse).OfType<CertificateFingerprint>()];
        return [.. all.Where(fingerprint => fingerprint.Value.Length == all.Max(other => other.Value.Length))];
    }

    /// <summary>Whether all that hold for a media line are of hashes for which another certificate with the same digest can be made, or soon could be.</summary>
    public static bool AreWeak(SessionDescription description, MediaDescription line) => Of(description, line).Count == 0
        && Values(description, line).Any(value => value.Split(' ')[0].ToLowerInvariant() is "sha-1" or "sha-224" or "md5" or "md2");

    public SdpAttribute ToAttribute() => new(Name, $"{Hash} {string.Join(':', Enumerable.Range(0, Value.Length / 2).Select(i => Value.Substring(i * 2, 2)))}");

    private static IEnumerable<string> Values(SessionDescription description, MediaDescription line) =>
        (line.Has(Name) ? line.Attributes : description.Attributes).Where(attribute => attribute.Name == Name).Select(attribute => attribute.Value ?? "");

    /// <summary><c>hash-func SP 2UHEX *(":" 2UHEX)</c>; lower-case digits are taken as well.</summary>
    private static CertificateFingerprint? Parse(string value)
    {
        var space = value.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
            return null;
        var hash = value[..space].ToLowerInvariant();
        var bytes = hash switch { "sha-256" => 32, "sha-384" => 48, "sha-512" => 64, _ => 0 };
        var digits = value[(space + 1)..].Trim(' ');
        if (bytes == 0 || digits.Length != bytes * 3 - 1)
            return null;
        for (var i = 0; i < digits.Length; i++)
        {
            if (i % 3 == 2 ? digits[i] != ':' : !char.IsAsciiHexDigit(digits[i]))
                return null;
        }

        return new CertificateFingerprint(hash, digits.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant());
    }
}
