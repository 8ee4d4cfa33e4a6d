using System.Globalization;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Trunks;

/// <summary>History-Info (RFC 7044): where a call was before it is sent to where it goes now. An entry is what a Request-URI was; only what we write ourselves is added to.</summary>
internal static class HistoryInfo
{
    private const string Index = ";index=";

    /// <summary>Of a call that we send on: <c>cause=302</c> is what an unconditional Diversion says (RFC 7544 7.1).</summary>
    /// <param name="dialled">The number of ours that was called.</param>
    /// <param name="target">The Request-URI.</param>
    public static string Forwarded(SipUri dialled, SipUri target) => $"<{dialled}>{Index}1, {Diverted(target, "1.1", from: "1")}";

    /// <summary>
    /// Of a call that a 3xx sends elsewhere: the entry of where it was last says why it came to nothing there, and the next stands beside it, also where it is another contact of the same 3xx
    /// (RFC 7044 9.3 and 10.3).
    /// </summary>
    /// <param name="sent">The history that was sent to who redirects; null for none.</param>
    /// <param name="last">The history that was sent last.</param>
    /// <param name="left">The Request-URI that was redirected.</param>
    /// <param name="status">How the call ended where it was last.</param>
    /// <param name="target">The Request-URI.</param>
    public static string Redirected(string? sent, string? last, SipUri left, int status, SipUri target)
    {
        sent ??= $"<{left.WithoutHeaders()}>{Index}1";
        last ??= sent;
        var (from, index) = (LastIndex(sent), LastIndex(last));
        var why = index == from ? 302 : status;
        var next = index.LastIndexOf('.') + 1;
        var beside = index[..next] + (int.Parse(index.AsSpan(next), NumberStyles.None, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
        return $"{last.Insert(last.LastIndexOf('>'), string.Create(CultureInfo.InvariantCulture, $"?Reason=SIP%3Bcause%3D{why}"))}, {Diverted(target, beside, from)}";
    }

    private static string LastIndex(string history) => history[(history.LastIndexOf(Index, StringComparison.Ordinal) + Index.Length)..].Split(';')[0];

    private static string Diverted(SipUri target, string index, string from) => $"<{target.WithoutHeaders().WithParameter("cause", "302")}>{Index}{index};mp={from}";
}
