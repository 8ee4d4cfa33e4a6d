namespace CallCluster.Media.Dtmf;

/// <summary>The event codes of RFC 4733 section 3.2 (table 3): 0-9, * 10, # 11, A-D 12-15.</summary>
internal static class DtmfDigits
{
    private const string Digits = "0123456789*#ABCD";

    /// <summary>The key of an event code; false for flash, tones and the rest.</summary>
    public static bool TryGetDigit(byte code, out char digit)
    {
        digit = code < Digits.Length ? Digits[code] : '\0';
        return digit != '\0';
    }

    /// <summary>The event code of a key; -1 when it is none.</summary>
    public static int CodeOf(char digit) => Digits.IndexOf(char.ToUpperInvariant(digit), StringComparison.Ordinal);
}
