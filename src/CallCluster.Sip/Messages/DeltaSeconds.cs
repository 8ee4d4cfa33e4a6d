using System.Text;
using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Messages;

/// <summary>delta-seconds = 1*DIGIT, used by Expires, Retry-After and the expires parameter (RFC 3261 section 25.1).</summary>
internal static class DeltaSeconds
{
    /// <summary>What overflows counts as 2^32-1 (section 20.19); null for what is no number.</summary>
    public static uint? Read(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return null;
        return Grammar.TryReadNumber(Encoding.ASCII.GetBytes(text), uint.MaxValue, out var value) ? value : uint.MaxValue;
    }
}
