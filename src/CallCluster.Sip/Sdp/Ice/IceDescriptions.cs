using System.Globalization;
using System.Net;

namespace CallCluster.Sip.Sdp.Ice;

/// <summary>
/// ICE of one stream over the life of a dialog (RFC 8839), this side being lite (RFC 8445 §2.5): one host candidate, and the peer's candidates are of no interest, since its
/// checks come by themselves: so those that hide behind an mDNS name do no harm, nor those that trickle in later (RFC 8838) or never. Only one component, so rtcp-mux. Changes only by <see cref="Agree"/>.
/// </summary>
internal sealed class IceDescriptions
{
    /// <summary>RFC 8839 §5.3: the session's attribute that says who we are.</summary>
    public const string Lite = "ice-lite";

    // RFC 8445 §5.1.2.1: type preference 126 (host), local preference 65535, component 1.
    private const int Priority = (126 << 24) | (65535 << 8) | 255;
    private IceCredentials? _offered;
    private IceSession? _agreed;

    /// <summary>Whether a line of ours has it.</summary>
    public static bool IsUsedBy(MediaDescription line) => line.Has(IceCredentials.UfragName);

    /// <summary>Whether ICE was agreed on.</summary>
    public bool IsAgreed => _agreed is not null;

    /// <summary>What an answer to the offered line agrees on; null: no ICE. New credentials of the peer are a restart (RFC 8839 §4.4.3.1.1) and get new ones of ours.</summary>
    public IceSession? Answer(SessionDescription offer, MediaDescription line) =>
        Read(offer, line) is not { } remote ? null : remote == _agreed?.Remote ? _agreed : new IceSession(IceCredentials.Generate(), remote);

    /// <summary>What the answer to our offer agrees on; null: no ICE.</summary>
    public IceSession? Accept(MediaDescription offered, SessionDescription answer, MediaDescription line) =>
        _offered is { } local && IsUsedBy(offered) && Read(answer, line) is { } remote ? new IceSession(local, remote) : null;

    /// <summary>The credentials of an offer: those in use, so that it restarts nothing, or the first.</summary>
    public IceCredentials Offer() => _offered ??= _agreed?.Local ?? IceCredentials.Generate();

    /// <summary>The exchange succeeded.</summary>
    public void Agree(IceSession? session)
    {
        _agreed = session;
        _offered = session?.Local;
    }

    /// <summary>The media line's attributes: credentials and our one candidate (RFC 8839 §5.1).</summary>
    public static IEnumerable<SdpAttribute> Attributes(IceCredentials local, IPAddress address, int port) =>
        [.. local.ToAttributes(), new("candidate", string.Create(CultureInfo.InvariantCulture, $"1 1 udp {Priority} {address} {port} typ host"))];

    // Between two lite sides nobody would check (RFC 8445 §6.1.1): the addresses of c= and m= hold then.
    private static IceCredentials? Read(SessionDescription remote, MediaDescription line) =>
        line.Has("rtcp-mux") && !SdpAttributes.Has(remote.Attributes, Lite) && !line.Has("ice-mismatch") ? IceCredentials.Of(remote, line) : null;
}
