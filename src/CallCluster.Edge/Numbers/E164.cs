using CallCluster.Contracts.Configuration;
using PhoneNumbers;

namespace CallCluster.Edge.Numbers;

/// <summary>Numbers as peers write them, made E.164: the form in which configuration, records and outbound rules have them.</summary>
public static class E164
{
    private const int LongestWritten = 64;
    private static readonly Lazy<PhoneNumberUtil> Library = new(PhoneNumberUtil.GetInstance);

    /// <summary>Whether this is an ISO 3166 country code whose number plan is known.</summary>
    public static bool IsCountry(string code) => Library.Value.GetSupportedRegions().Contains(code);

    /// <summary>
    /// The number without visual separators (RFC 3966) and parameters (RFC 4694); with a country, national and international dialling become E.164 where that is a
    /// valid number. Anything else (names, extensions, short codes) stays as it is.
    /// </summary>
    /// <param name="written">User part of a URI.</param>
    /// <param name="country">Country whose numbers are written without plus; null for none.</param>
    public static string Normalize(string written, string? country)
    {
        var number = Digits(written);
        if (number is null) return written;
        if (country is null || number.StartsWith('+')) return number;
        try
        {
            var parsed = Library.Value.Parse(number, country);
            return Library.Value.IsValidNumber(parsed) ? Library.Value.Format(parsed, PhoneNumberFormat.E164) : number;
        }
        catch (NumberParseException)
        {
            return number;
        }
    }

    /// <summary>Digits after an optional plus; null when the text is no number.</summary>
    private static string? Digits(string written)
    {
        if (written.Length > LongestWritten) return null;
        var end = written.IndexOf(';', StringComparison.Ordinal);
        var text = string.Concat((end < 0 ? written : written[..end]).Where(c => c is not ('-' or '.' or '(' or ')')));
        return OutboundTarget.IsNumber(text) ? text : null;
    }
}
