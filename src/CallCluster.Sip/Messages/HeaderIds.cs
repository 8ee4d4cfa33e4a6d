using System.Text;

namespace CallCluster.Sip.Messages;

/// <summary>From header names, long or compact (RFC 3261 section 7.3.3 and the IANA registry), to <see cref="HeaderId"/> and back.</summary>
internal static class HeaderIds
{
    // In the order of HeaderId.
    private static readonly string[] Names =
    [
        "",
        HeaderNames.Accept,
        HeaderNames.AcceptContact,
        HeaderNames.AcceptEncoding,
        HeaderNames.AcceptLanguage,
        HeaderNames.AlertInfo,
        HeaderNames.Allow,
        HeaderNames.AllowEvents,
        HeaderNames.AuthenticationInfo,
        HeaderNames.Authorization,
        HeaderNames.CallId,
        HeaderNames.CallInfo,
        HeaderNames.Contact,
        HeaderNames.ContentDisposition,
        HeaderNames.ContentEncoding,
        HeaderNames.ContentLanguage,
        HeaderNames.ContentLength,
        HeaderNames.ContentType,
        HeaderNames.CSeq,
        HeaderNames.Date,
        HeaderNames.Diversion,
        HeaderNames.ErrorInfo,
        HeaderNames.Event,
        HeaderNames.Expires,
        HeaderNames.From,
        HeaderNames.HistoryInfo,
        HeaderNames.Identity,
        HeaderNames.InReplyTo,
        HeaderNames.MaxForwards,
        HeaderNames.MimeVersion,
        HeaderNames.MinExpires,
        HeaderNames.MinSE,
        HeaderNames.Organization,
        HeaderNames.PAssertedIdentity,
        HeaderNames.PPreferredIdentity,
        HeaderNames.Path,
        HeaderNames.Priority,
        HeaderNames.Privacy,
        HeaderNames.ProxyAuthenticate,
        HeaderNames.ProxyAuthorization,
        HeaderNames.ProxyRequire,
        HeaderNames.RAck,
        HeaderNames.Reason,
        HeaderNames.RecordRoute,
        HeaderNames.ReferTo,
        HeaderNames.ReferredBy,
        HeaderNames.RejectContact,
        HeaderNames.RemotePartyId,
        HeaderNames.Replaces,
        HeaderNames.ReplyTo,
        HeaderNames.RequestDisposition,
        HeaderNames.Require,
        HeaderNames.RetryAfter,
        HeaderNames.Route,
        HeaderNames.RSeq,
        HeaderNames.Server,
        HeaderNames.ServiceRoute,
        HeaderNames.SessionExpires,
        HeaderNames.SipETag,
        HeaderNames.SipIfMatch,
        HeaderNames.Subject,
        HeaderNames.SubscriptionState,
        HeaderNames.Supported,
        HeaderNames.Timestamp,
        HeaderNames.To,
        HeaderNames.Unsupported,
        HeaderNames.UserAgent,
        HeaderNames.Via,
        HeaderNames.Warning,
        HeaderNames.WwwAuthenticate,
    ];

    private static readonly byte[][] Utf8Names = [.. Names.Select(Encoding.ASCII.GetBytes)];

    private static readonly HeaderId[][] ByLength = [.. Enumerable.Range(0, 32)
        .Select(length => Enum.GetValues<HeaderId>().Where(id => id != HeaderId.Other && Names[(int)id].Length == length).ToArray())];

    public static string Name(HeaderId id) => Names[(int)id];

    public static ReadOnlySpan<byte> Utf8Name(HeaderId id) => Utf8Names[(int)id];

    public static HeaderId Find(ReadOnlySpan<byte> name)
    {
        if (name.Length == 1)
            return Compact((char)name[0]);
        if (name.Length >= ByLength.Length)
            return HeaderId.Other;
        foreach (var id in ByLength[name.Length])
        {
            var known = Utf8Names[(int)id];
            if ((known[0] | 0x20) == (name[0] | 0x20) && Ascii.EqualsIgnoreCase(name, known))
                return id;
        }

        return HeaderId.Other;
    }

    public static HeaderId Find(string name)
    {
        if (name.Length == 1)
            return Compact(name[0]);
        if (name.Length >= ByLength.Length)
            return HeaderId.Other;
        foreach (var id in ByLength[name.Length])
        {
            if (name.Equals(Names[(int)id], StringComparison.OrdinalIgnoreCase))
                return id;
        }

        return HeaderId.Other;
    }

    private static HeaderId Compact(char name) => (char)(name | 0x20) switch
    {
        'a' => HeaderId.AcceptContact,
        'u' => HeaderId.AllowEvents,
        'i' => HeaderId.CallId,
        'm' => HeaderId.Contact,
        'e' => HeaderId.ContentEncoding,
        'l' => HeaderId.ContentLength,
        'c' => HeaderId.ContentType,
        'o' => HeaderId.Event,
        'f' => HeaderId.From,
        'y' => HeaderId.Identity,
        'r' => HeaderId.ReferTo,
        'b' => HeaderId.ReferredBy,
        'j' => HeaderId.RejectContact,
        'd' => HeaderId.RequestDisposition,
        'x' => HeaderId.SessionExpires,
        's' => HeaderId.Subject,
        'k' => HeaderId.Supported,
        't' => HeaderId.To,
        'v' => HeaderId.Via,
        _ => HeaderId.Other,
    };
}
