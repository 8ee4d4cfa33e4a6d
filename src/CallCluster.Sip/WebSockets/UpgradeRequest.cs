using System.Security.Cryptography;
using System.Text;

namespace CallCluster.Sip.WebSockets;

/// <summary>The HTTP request that asks for a WebSocket (RFC 6455 §4.2.1, RFC 7118 §4.1). Nothing else of HTTP is understood.</summary>
internal readonly record struct UpgradeRequest
{
    /// <summary>What SIP is called among WebSocket's subprotocols (RFC 7118 §4.1).</summary>
    internal const string SipProtocol = "sip";

    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3
    private const int KeyBytes = 16;

    private UpgradeRequest(int status, string? accept) => (Status, Accept) = (status, accept);

    /// <summary>101, or why there will be no WebSocket: 400 (no such request), 405, 426 (not for WebSocket version 13).</summary>
    internal int Status { get; }

    /// <summary>Value of Sec-WebSocket-Accept with 101.</summary>
    internal string? Accept { get; }

    /// <summary>Reads request line and headers.</summary>
    /// <param name="head">Up to and with the empty line.</param>
    internal static UpgradeRequest Read(ReadOnlySpan<byte> head)
    {
        if (!Ascii.IsValid(head))
            return new UpgradeRequest(400, null);
        var lines = Encoding.ASCII.GetString(head).Split("\r\n");
        if (lines[0].Split(' ') is not [var method, ['/', ..], "HTTP/1.1"])
            return new UpgradeRequest(400, null);
        if (method != "GET")
            return new UpgradeRequest(405, null);
        var headers = new Headers(lines.AsSpan(1));
        if (!headers.IsValid || !headers.Lists("Connection", "upgrade") || !headers.Lists("Upgrade", "websocket") || headers["Sec-WebSocket-Version"] != "13")
            return new UpgradeRequest(headers.IsValid ? 426 : 400, null);
        if (headers["Host"] is null || headers["Sec-WebSocket-Key"] is not { } key || !IsKey(key) || !headers.Lists("Sec-WebSocket-Protocol", SipProtocol))
            return new UpgradeRequest(400, null);
        return new UpgradeRequest(101, AcceptFor(key));
    }

#pragma warning disable CA5350 // RFC 6455 §4.2.2 wants SHA-1; it protects nothing here
    private static string AcceptFor(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix)));
#pragma warning restore CA5350

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes];
        return key.Length == 24 && Convert.TryFromBase64String(key, bytes, out var length) && length == KeyBytes;
    }

    private sealed class Headers
    {
        private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

        internal Headers(ReadOnlySpan<string> lines)
        {
            IsValid = true;
            foreach (var line in lines)
            {
                if (line.Length == 0)
                    continue;
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon <= 0 || line[0] is ' ' or '\t' || line[colon - 1] is ' ' or '\t' || line.AsSpan().ContainsAny('\r', '\n', '\0'))
                {
                    IsValid = false;
                    return;
                }

                var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
                // Lists may come in several lines; of others a second would be for another reader than us.
                if (!_values.TryAdd(name, value))
                    _values[name] += "," + value;
            }
        }

        internal bool IsValid { get; }

        internal string? this[string name] => _values.GetValueOrDefault(name);

        internal bool Lists(string name, string token) =>
            this[name]?.Split(',', StringSplitOptions.TrimEntries).Contains(token, StringComparer.OrdinalIgnoreCase) == true;
    }
}
