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

    public static IReadOnlyList<(string Name, string Value)> Headers(Dial dial, CallOffer offer, TrunkOptions trunk, string domain)
    {
        if (dial.Caller == CallerIdentity.Anonymous) return [("Privacy", "id")];
        if (!trunk.TrustIdentity) return [];
        var asserted = ("P-Asserted-Identity", From(dial, domain).ToString());
        // A caller whom we send on was calling our number.
        return offer.Trunk is null ? [asserted] : [asserted, ("Diversion", $"{new NameAddress(new SipUri("sip", offer.Dialled, domain))};reason=unconditional")];
    }
}
