using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Naming;

/// <summary>
/// What proves an INVITE to be another edge's of this cluster, made in the name of an agent whom that edge knows: a MAC by the cluster's key over the agent, the edge
/// that the INVITE is for, the dialog that it begins and what it is for, good for a minute. It serves nobody who reads it: no other edge believes it, and that one
/// does once. Checked under the endpoint's lock.
/// </summary>
internal sealed class PeerTokens(byte[] key, TimeProvider clock)
{
    public const string Header = "X-CallCluster-Peer";

    // As much for the way as for clocks that differ.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary>Tokens that are remembered; when so many were used within their lifetimes, further ones are not believed.</summary>
    private const int MaxUsed = 10_000;

    private readonly Dictionary<string, long> _used = new(StringComparer.Ordinal);

    /// <summary>The header's value, <c>expiry;mac;agent</c>.</summary>
    /// <param name="agent">In whose name.</param>
    /// <param name="callId">Call-ID of the INVITE.</param>
    /// <param name="fromTag">Its From tag.</param>
    /// <param name="purpose">Its Replaces; of one without, the user part of its Request-URI.</param>
    /// <param name="to">The edge that it is for, by the URI that the edge told the cluster.</param>
    public string Make(string agent, string callId, string fromTag, string? purpose, SipUri to)
    {
        var expiry = (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{expiry};{Mac(expiry, agent, callId, fromTag, purpose, to)};{Uri.EscapeDataString(agent)}");
    }

    /// <summary>The agent in whose name another edge sends the INVITE; null when its token is none of ours, for another edge, too old, or was used before.</summary>
    /// <param name="invite">The INVITE.</param>
    /// <param name="here">The URI that this edge told the cluster.</param>
    public string? AgentOf(SipRequest invite, SipUri here)
    {
        if (invite.GetHeaders(Header) is not [var value] || value.Split(';') is not [var time, var mac, var name] || invite.From.Tag is not { } tag) return null;
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var expiry)) return null;
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var left = expiry - now;
        if (left < 0 || left > 2 * Lifetime.TotalSeconds) return null;
        var agent = Uri.UnescapeDataString(name);
        var purpose = ReplacesHeader.TryParse(invite.GetHeader(HeaderNames.Replaces), out var replaces) ? replaces.ToString() : invite.RequestUri.User;
        var expected = Mac(expiry, agent, invite.CallId, tag, purpose, here);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(mac), Encoding.UTF8.GetBytes(expected)) && IsFirstUse(mac, expiry, now) ? agent : null;
    }

    private bool IsFirstUse(string mac, long expiry, long now)
    {
        if (_used.Count >= MaxUsed)
        {
            foreach (var (old, _) in _used.Where(used => used.Value < now).ToList()) _used.Remove(old);
        }

        return _used.Count < MaxUsed && _used.TryAdd(mac, expiry);
    }

    private string Mac(long expiry, string agent, string callId, string fromTag, string? purpose, SipUri to)
    {
        var place = $"{to.Host.ToLowerInvariant()}:{to.Port}";
        var text = string.Create(CultureInfo.InvariantCulture, $"{expiry} {place.Length}:{place} {agent.Length}:{agent} {callId.Length}:{callId} {fromTag.Length}:{fromTag} {purpose}");
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
