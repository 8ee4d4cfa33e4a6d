using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CallCluster.Sip.Tls;

/// <summary>Which SIP domains a certificate speaks for (RFC 5922 §7).</summary>
internal static class CertificateNames
{
    private const int MaxNames = 100;
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UniformResourceIdentifier = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag IPAddress = new(TagClass.ContextSpecific, 7);

    /// <summary>
    /// §7.1: the hosts of sip URIs without user, else the DNS names, in lower case; and IP addresses, which carriers use although the RFC has none. The common name
    /// counts for nothing: authorities no longer check it.
    /// </summary>
    internal static IReadOnlyList<string> Of(X509Certificate2 certificate)
    {
        List<string> uris = [], hosts = [], addresses = [];
        if (certificate.Extensions["2.5.29.17"] is not { } extension)
            return [];
        try
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            for (var count = 0; names.HasData && count < MaxNames; count++)
            {
                var tag = names.PeekTag();
                if (tag.HasSameClassAndValue(UniformResourceIdentifier))
                    AddDomain(uris, names.ReadCharacterString(UniversalTagNumber.IA5String, UniformResourceIdentifier));
                else if (tag.HasSameClassAndValue(DnsName))
                    hosts.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, DnsName).ToLowerInvariant());
                else if (tag.HasSameClassAndValue(IPAddress))
                    AddAddress(addresses, names.ReadOctetString(IPAddress));
                else
                    names.ReadEncodedValue();
            }
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            return [];
        }

        return [.. uris.Count > 0 ? uris : hosts, .. addresses];
    }

    /// <summary>
    /// §7.2: whether the certificate proves this host. A first label "*" stands for one label: the RFC forbids it, large carriers have nothing else.
    /// </summary>
    internal static bool Prove(IReadOnlyList<string> names, string host)
    {
        var wanted = host.Trim('[', ']').ToLowerInvariant();
        if (System.Net.IPAddress.TryParse(wanted, out var address))
            wanted = address.ToString();
        foreach (var name in names)
        {
            if (name == wanted)
                return true;
            if (name.StartsWith("*.", StringComparison.Ordinal) && address is null && wanted.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
                && name.AsSpan(1).SequenceEqual(wanted.AsSpan(dot)) && name.Count(c => c == '.') > 1)
                return true;
        }

        return false;
    }

    private static void AddDomain(List<string> domains, string text)
    {
        if (Uris.SipUri.TryParse(text, out var uri) && uri is { Scheme: "sip", User: null })
            domains.Add(uri.Host.ToLowerInvariant());
    }

    private static void AddAddress(List<string> addresses, byte[] bytes)
    {
        if (bytes.Length is 4 or 16)
            addresses.Add(new System.Net.IPAddress(bytes).ToString());
    }
}
