using System.Globalization;

namespace CallCluster.Sip.Messages;

/// <summary>Retry-After (RFC 3261 §20.33): delta-seconds, then comments and parameters that say nothing to us.</summary>
internal static class RetryAfterHeader
{
    /// <summary>Null: the response, if there is one, does not say.</summary>
    internal static TimeSpan? Of(SipResponse? response)
    {
        var digits = (response?[HeaderNames.RetryAfter] ?? "").AsSpan().TrimStart();
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
    }
}
