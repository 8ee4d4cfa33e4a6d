using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CallCluster.Sip.Messages;

namespace CallCluster.Edge.Naming;

/// <summary>
/// What proves an INVITE to be another edge's of this cluster, made in the name of an agent whom that edge knows: a MAC by the cluster's key over the agent, the
/// dialog that the INVITE begins and what it is for, good for a minute. It serves nobody who reads it: a second INVITE of the same dialog is a retransmission.
/// </summary>
internal sealed class PeerTokens(byte[] key, TimeProvider clock)
{
    public const string Header = "X-CallCluster-Peer";

    // As much for the way as for clocks that differ.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary>The header's value, <c>expiry;mac;agent</c>.</summary>
    /// <param name="agent">In whose name.</param>
    /// <param name="callId">Call-ID of the INVITE.</param>
    /// <param name="fromTag">Its From tag.</param>
    /// <param name="purpose">Its Replaces; of one without, the user part of its Request-URI.</param>
    public string Make(string agent, string callId, string fromTag, string? purpose)
    {
        var expiry = (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{expiry};{Mac(expiry, agent, callId, fromTag, purpose)};{Uri.EscapeDataString(agent)}");
    }

    /// <summary>The agent in whose name another edge sends the INVITE; null when its token is none of ours, or too old.</summary>
    public string? AgentOf(SipRequest invite)
    {
        if (invite.GetHeaders(Header) is not [var value] || value.Split(';') is not [var time, var mac, var name] || invite.From.Tag is not { } tag) return null;
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var expiry)) return null;
        var left = expiry - clock.GetUtcNow().ToUnixTimeSeconds();
        if (left < 0 || left > 2 * Lifetime.TotalSeconds) return null;
        var agent = Uri.UnescapeDataString(name);
        var purpose = ReplacesHeader.TryParse(invite.GetHeader(HeaderNames.Replaces), out var replaces) ? replaces.ToString() : invite.RequestUri.User;
        var expected = Mac(expiry, agent, invite.CallId, tag, purpose);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(mac), Encoding.UTF8.GetBytes(expected)) ? agent : null;
    }

    private string Mac(long expiry, string agent, string callId, string fromTag, string? purpose)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{expiry} {agent.Length}:{agent} {callId.Length}:{callId} {fromTag.Length}:{fromTag} {purpose}");
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
