using CallCluster.Edge.Legs;
using CallCluster.Edge.Numbers;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Admission;

/// <summary>Who calls, fit for records, tickets and agents' phones. Only this passes the border: no header of a caller is handed on.</summary>
/// <param name="Number">Number (E.164 where the country tells) or user part; <see cref="Anonymous"/> when there is none, or the caller wants it withheld.</param>
/// <param name="Name">Display name; null when there is none, or it is withheld.</param>
/// <param name="DivertedFrom">The number that was called before the call was diverted to us; null when it was not, or the peer is not trusted to say so.</param>
internal readonly record struct CallerIdentity(string Number, string? Name, string? DivertedFrom = null)
{
    public const string Anonymous = "anonymous";

    /// <summary>
    /// From; of a trusted peer P-Asserted-Identity (RFC 3325), Diversion (RFC 5806) and History-Info (RFC 7044). Privacy (RFC 3323) is respected whoever asks for it.
    /// </summary>
    /// <param name="request">The INVITE.</param>
    /// <param name="trusted">Whether its sender is trusted to assert identities.</param>
    /// <param name="country">Country of numbers without plus; null for none.</param>
    public static CallerIdentity Of(SipRequest request, bool trusted, string? country)
    {
        var divertedFrom = trusted ? DivertedFromOf(request, country) : null;
        if (IsPrivate(request)) return new CallerIdentity(Anonymous, null, divertedFrom);
        var identity = (trusted ? Asserted(request) : null) ?? request.From;
        var name = identity.DisplayName is { Length: > 0 } shown ? Printable.Clean(shown) : null;
        return new CallerIdentity(NumberOf(identity.Uri, country) ?? Anonymous, name, divertedFrom);
    }

    /// <summary>RFC 3323 4.2: anything but "none" withholds who calls.</summary>
    private static bool IsPrivate(SipRequest request)
    {
        foreach (var value in request.GetHeaders("Privacy"))
        {
            foreach (var part in value.Split(';', ','))
                if (part.Trim() is { Length: > 0 } wish && !wish.Equals("none", StringComparison.OrdinalIgnoreCase) && !wish.Equals("critical", StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    /// <summary>The first identity with a number; a second one, sip beside tel, says the same (RFC 3325 9.1).</summary>
    private static NameAddress? Asserted(SipRequest request)
    {
        foreach (var asserted in request.GetAddresses(HeaderNames.PAssertedIdentity))
            if (asserted.Uri.User is { Length: > 0 }) return asserted;
        return null;
    }

    /// <summary>The topmost Diversion is the last diversion; else the entry of History-Info before the last, which is where the call was before it came here.</summary>
    private static string? DivertedFromOf(SipRequest request, string? country)
    {
        if (request.GetAddresses(HeaderNames.Diversion) is [var diversion, ..]) return NumberOf(diversion.Uri, country);
        return request.GetAddresses(HeaderNames.HistoryInfo) is [.., var before, _] ? NumberOf(before.Uri, country) : null;
    }

    private static string? NumberOf(SipUri uri, string? country) => string.IsNullOrEmpty(uri.User) ? null : Printable.Clean(E164.Normalize(uri.User, country));
}
