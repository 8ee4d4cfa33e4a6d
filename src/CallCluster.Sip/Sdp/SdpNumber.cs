namespace CallCluster.Sip.Sdp;

/// <summary>Decimal digits and nothing else, up to a cap; so no sign, blank or overflow gets through.</summary>
internal static class SdpNumber
{
    public static bool TryParse(ReadOnlySpan<char> digits, int max, out int value)
    {
        value = 0;
        if (digits.IsEmpty || digits.Length > 10)
            return false;
        long total = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            total = (total * 10) + (c - '0');
        }

        if (total > max)
            return false;
        value = (int)total;
        return true;
    }
}
