using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace CallCluster.Edge.Naming;

/// <summary>
/// Names that any edge can make and check with the cluster's key (PROTOCOL rule 6): the call's id from its initial INVITE, and the local tag and
/// Contact user part that carry call and leg with a MAC.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "As long as the process: what is still in a mailbox when the edge stops names legs.")]
internal sealed class CallNames(byte[] key)
{
    private const int IdLength = 32;
    private const int MacLength = 12;

    // Kept, for the library's one-shot form looks its algorithm up by name each time, which cost more than all hashes of a call.
    private readonly ThreadLocal<IncrementalHash> _hmac = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key));

    /// <summary>Key of the digest nonces, of its own so that no name can be taken for one.</summary>
    public byte[] NonceKey { get; } = HMACSHA256.HashData(key, "digest nonce"u8);

    /// <summary>Key of the tokens that name phones' flows.</summary>
    public byte[] FlowKey { get; } = HMACSHA256.HashData(key, "flow token"u8);

    /// <summary>Key of the tokens by which edges know each other.</summary>
    public byte[] PeerKey { get; } = HMACSHA256.HashData(key, "peer token"u8);

    /// <summary>
    /// The call id: a keyed hash of Call-ID, From tag and CSeq number, 32 hex digits, the same at every edge for retransmissions, CANCEL and forks. A caller who
    /// tries again after a 503 keeps Call-ID and tag and raises CSeq (RFC 3261 8.1.3.5): another call.
    /// </summary>
    public string CallId(string sipCallId, string? fromTag, uint cseq)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Hash($"{cseq}:{sipCallId.Length}:{sipCallId}{fromTag}", hash);
        return Convert.ToHexStringLower(hash[..(IdLength / 2)]);
    }

    /// <summary>The local tag of a leg, and its Contact's user part: <c>callid-leg-mac</c>.</summary>
    public string Tag(string callId, int leg)
    {
        var name = $"{callId}-{leg}";
        return $"{name}-{Mac(name)}";
    }

    /// <summary>Reads a tag or Contact user part made by any edge of this cluster; false for anything else.</summary>
    public bool TryRead(string? tag, out string callId, out int leg)
    {
        callId = "";
        leg = 0;
        if (tag is null || tag.Length < IdLength + MacLength + 3 || tag.Length > IdLength + MacLength + 12 || tag[IdLength] != '-') return false;
        var last = tag.Length - MacLength - 1;
        if (last <= IdLength || tag[last] != '-' || !int.TryParse(tag.AsSpan(IdLength + 1, last - IdLength - 1), out leg) || leg < 0) return false;
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(tag[(last + 1)..]), Encoding.ASCII.GetBytes(Mac(tag[..last])))) return false;
        callId = tag[..IdLength];
        return true;
    }

    private string Mac(string name)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Hash(name, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash).ToString("x16", null)[..MacLength];
    }

    private void Hash(string text, Span<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[512];
        var hmac = _hmac.Value!;
        hmac.AppendData(Encoding.UTF8.TryGetBytes(text, bytes, out var length) ? bytes[..length] : Encoding.UTF8.GetBytes(text));
        hmac.GetHashAndReset(hash);
    }
}
