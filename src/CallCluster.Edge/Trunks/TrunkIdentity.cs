using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Admission;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Trunks;

/// <summary>Who calls, as an outbound INVITE says it: identities beyond From only to trunks that are trusted (RFC 3325 section 7), and nothing of a caller who wants privacy.</summary>
internal static class TrunkIdentity
{
    /// <summary>The caller; for one who is anonymous as RFC 3323 section 4.1.1.3 has it.</summary>
    public static NameAddress From(Dial dial, string domain) =>
        dial.Caller == CallerIdentity.Anonymous
            ? new NameAddress(new SipUri("sip", CallerIdentity.Anonymous, "anonymous.invalid"), "Anonymous")
            : new NameAddress(new SipUri("sip", dial.Caller, domain), dial.CallerName);

    /// <summary>P-Asserted-Identity, and of a caller whom we send on, Diversion (RFC 5806) and History-Info (RFC 7044): peers know one or the other.</summary>
    /// <param name="dial">The call.</param>
    /// <param name="offer">The call that it is made for.</param>
    /// <param name="trunk">The trunk that it goes through.</param>
    /// <param name="domain">Ours.</param>
    /// <param name="target">The Request-URI.</param>
    public static IReadOnlyList<(string Name, string Value)> Headers(Dial dial, CallOffer offer, TrunkOptions trunk, string domain, SipUri target)
    {
        if (dial.Caller == CallerIdentity.Anonymous) return [("Privacy", "id")];
        if (!trunk.TrustIdentity) return [];
        var asserted = (HeaderNames.PAssertedIdentity, From(dial, domain).ToString());
        if (offer.Trunk is null || dial.AsCaller) return [asserted];
        // A caller whom we send on was calling our number.
        var dialled = new SipUri("sip", offer.Dialled, domain);
        return [asserted, (HeaderNames.Diversion, $"{new NameAddress(dialled)};reason=unconditional"), (HeaderNames.HistoryInfo, HistoryInfo.Forwarded(dialled, target))];
    }
}
