namespace CallCluster.Sip.Uris;

/// <summary>RFC 3261 section 19.1.4 and, for tel, RFC 3966 section 5.</summary>
internal static class UriComparison
{
    // Parameters that must match even when only one of the URIs has them.
    private static readonly string[] Decisive = [ParameterNames.User, ParameterNames.Ttl, ParameterNames.Method, ParameterNames.MAddr, ParameterNames.Transport];

    public static bool AreEqual(SipUri left, SipUri? right)
    {
        if (ReferenceEquals(left, right))
            return true;
        if (right is null || left.Scheme != right.Scheme || left.Opaque != right.Opaque || left.Port != right.Port)
            return false;
        if (!string.Equals(left.Host, right.Host, StringComparison.OrdinalIgnoreCase))
            return false;
        if (left.IsTel)
            return TelephoneNumber(left) == TelephoneNumber(right) && SameInBoth(left.Parameters, right.Parameters) && SameInBoth(right.Parameters, left.Parameters);
        return left.User == right.User && left.Password == right.Password
            && ParametersMatch(left, right)
            && SameInBoth(left.Headers, right.Headers) && SameInBoth(right.Headers, left.Headers);
    }

    public static int HashCode(SipUri uri) =>
        System.HashCode.Combine(uri.Scheme, uri.IsTel ? TelephoneNumber(uri) : uri.User, uri.Port, uri.Opaque, StringComparer.OrdinalIgnoreCase.GetHashCode(uri.Host));

    private static bool ParametersMatch(SipUri left, SipUri right)
    {
        foreach (var name in Decisive)
        {
            if (!string.Equals(left.Parameters[name], right.Parameters[name], StringComparison.OrdinalIgnoreCase))
                return false;
        }

        foreach (var (name, value) in left.Parameters)
        {
            if (right.Parameters.Contains(name) && !string.Equals(value ?? "", right.Parameters[name], StringComparison.OrdinalIgnoreCase))
                return false;
        }

        return true;
    }

    private static bool SameInBoth(ParameterList left, ParameterList right)
    {
        foreach (var (name, value) in left)
        {
            if (!string.Equals(value ?? "", right[name], StringComparison.OrdinalIgnoreCase))
                return false;
        }

        return true;
    }

    // Visual separators say nothing: visual-separator = "-" / "." / "(" / ")"
    private static string TelephoneNumber(SipUri uri) =>
        string.Concat((uri.User ?? "").Where(c => c is not ('-' or '.' or '(' or ')'))).ToUpperInvariant();
}
