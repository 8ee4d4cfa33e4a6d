using System.Globalization;
using System.Security.Cryptography;

namespace CallCluster.Sip.Sdp.Encryption;

/// <summary>An <c>a=crypto</c> line with one inline key (RFC 4568 §9). Says nothing of the key in <see cref="ToString"/>.</summary>
public sealed class CryptoAttribute
{
    private const string Name = "crypto";
    private const string Inline = "inline:";
    private readonly byte[] _key;

    private CryptoAttribute(int tag, CryptoSuite suite, byte[] key) => (Tag, Suite, _key) = (tag, suite, key);

    /// <summary>Tells the line from others; an answer repeats that of the line it took.</summary>
    public int Tag { get; }

    public CryptoSuite Suite { get; }

    /// <summary>Master key followed by master salt.</summary>
    public ReadOnlySpan<byte> KeyAndSalt => _key;

    /// <summary>A line with a fresh random key.</summary>
    public static CryptoAttribute Generate(int tag, CryptoSuite suite) => new(tag, suite, RandomNumberGenerator.GetBytes(suite.KeyLength + suite.SaltLength));

    /// <summary>Those lines of a media description that can be used, in their order.</summary>
    public static IEnumerable<CryptoAttribute> Of(MediaDescription line)
    {
        foreach (var attribute in line.Attributes)
        {
            if (attribute is { Name: Name, Value: { } value } && TryParse(value) is { } crypto)
                yield return crypto;
        }
    }

    /// <summary>Whether the media description has such lines at all, of use or not.</summary>
    public static bool AnyIn(MediaDescription line) => line.Has(Name);

    /// <summary>Whether the two have the same key and suite.</summary>
    public bool SameKey(CryptoAttribute? other) => other is not null && Suite == other.Suite && CryptographicOperations.FixedTimeEquals(_key, other._key);

    public SdpAttribute ToAttribute() => new(Name, string.Create(CultureInfo.InvariantCulture, $"{Tag} {Suite.Name} {Inline}{Convert.ToBase64String(_key)}"));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Tag} {Suite.Name}");

    /// <summary>
    /// RFC 4568 §9.1: <c>crypto:tag 1*WSP crypto-suite 1*WSP key-params *(1*WSP session-param)</c>, key-params of §9.2 being
    /// <c>"inline:" key-salt ["|" lifetime] ["|" mki]</c>. Null for what this product cannot or must not use: unknown suites, several keys or an MKI, and
    /// session parameters that switch protection off.
    /// </summary>
    private static CryptoAttribute? TryParse(string value)
    {
        var fields = value.Split((char[])[' ', '\t'], 16, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 3 || !SdpNumber.TryParse(fields[0], 999_999_999, out var tag) || fields[0].Length > 9 || CryptoSuite.Find(fields[1]) is not { } suite)
            return null;
        if (!fields[2].StartsWith(Inline, StringComparison.OrdinalIgnoreCase) || fields[2].Contains(';', StringComparison.Ordinal))
            return null;
        var parameters = fields[2][Inline.Length..].Split('|', 4);
        if (parameters.Skip(1).Any(parameter => parameter.Contains(':', StringComparison.Ordinal)) || parameters.Length > 2)
            return null;
        foreach (var parameter in fields.AsSpan(3))
        {
            // §6.3: what is not understood makes the line unusable, save what says by a dash that it need not be; a window size hint changes nothing.
            if (!parameter.StartsWith("WSH=", StringComparison.OrdinalIgnoreCase) && parameter[0] != '-')
                return null;
        }

        var key = new byte[suite.KeyLength + suite.SaltLength];
        return Convert.TryFromBase64String(parameters[0], key, out var length) && length == key.Length ? new CryptoAttribute(tag, suite, key) : null;
    }
}
