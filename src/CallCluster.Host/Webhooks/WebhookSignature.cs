using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CallCluster.Host.Webhooks;

/// <summary>The headers of Standard Webhooks 1.0: HMAC-SHA256 over "ID.TIMESTAMP.BODY" in Base64, one signature for each secret, each with the version "v1".</summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";
    private const string Base64Secret = "whsec_";

    /// <param name="id">The event's.</param>
    /// <param name="at">When this attempt is made: a receiver refuses what is old.</param>
    /// <param name="body">What is posted.</param>
    /// <param name="secrets">The secret, and its predecessor for a time after a change.</param>
    public static (string Timestamp, string Signature) Of(string id, DateTimeOffset at, ReadOnlySpan<byte> body, IEnumerable<string> secrets)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return (timestamp, string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key(secret), signed)))));
    }

    private static byte[] Key(string secret)
    {
        if (secret.StartsWith(Base64Secret, StringComparison.Ordinal))
        {
            var decoded = new byte[secret.Length];
            if (Convert.TryFromBase64String(secret[Base64Secret.Length..], decoded, out var length) && length > 0) return decoded[..length];
        }
        return Encoding.UTF8.GetBytes(secret);
    }
}
