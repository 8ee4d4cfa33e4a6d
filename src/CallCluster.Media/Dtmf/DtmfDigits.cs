namespace CallCluster.Media.Dtmf;

/// <summary>The event codes of RFC 4733 section 3.2 (table 3), 0-9, * 10, # 11, A-D 12-15, and the frequencies of ITU-T Q.23.</summary>
internal static class DtmfDigits
{
    private const string Digits = "0123456789*#ABCD";

    /// <summary>The keys row by row: a row has one low frequency, a column one high.</summary>
    public const string KeypadOrder = "123A456B789C*0#D";

    /// <summary>The low group of ITU-T Q.23, in Hz.</summary>
    public static ReadOnlySpan<int> Rows => [697, 770, 852, 941];

    /// <summary>The high group, in Hz.</summary>
    public static ReadOnlySpan<int> Columns => [1209, 1336, 1477, 1633];

    /// <summary>The key of an event code; false for flash, tones and the rest.</summary>
    public static bool TryGetDigit(byte code, out char digit)
    {
        digit = code < Digits.Length ? Digits[code] : '\0';
        return digit != '\0';
    }

    /// <summary>ITU-T Q.23: the two frequencies of a key by its event code, in Hz.</summary>
    public static (int Low, int High) FrequenciesOf(byte code)
    {
        var at = KeypadOrder.IndexOf(Digits[code], StringComparison.Ordinal);
        return (Rows[at / 4], Columns[at % 4]);
    }

    /// <summary>The event code of a key; -1 when it is none.</summary>
    public static int CodeOf(char digit) => Digits.IndexOf(char.ToUpperInvariant(digit), StringComparison.Ordinal);
}
