using CallCluster.Sip.Messages;

namespace CallCluster.Sip.UserAgents;

/// <summary>Accept (RFC 3261 §20.1): which bodies the sender of a request can read in the answer.</summary>
internal static class AcceptHeader
{
    /// <summary>True when the request names the media type or a range that holds it, or says nothing.</summary>
    internal static bool Takes(SipRequest request, string mediaType)
    {
        var ranges = request.Accept;
        if (ranges.Count == 0)
            return true;
        foreach (var range in ranges)
        {
            var end = range.IndexOf(';');
            var type = (end < 0 ? range : range.AsSpan(0, end)).Trim();
            if (type.Equals(mediaType, StringComparison.OrdinalIgnoreCase) || type.SequenceEqual("*/*"))
                return true;
            if (type.EndsWith("/*") && mediaType.AsSpan().StartsWith(type[..^1], StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
