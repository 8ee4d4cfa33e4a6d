using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using CallCluster.Sip.Syntax;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Messages;

/// <summary>One value of Via (RFC 3261 section 20.42, RFC 3581 for rport). Immutable.</summary>
public sealed class ViaHeader
{
    /// <summary>What the branch of an RFC 3261 element begins with (section 8.1.1.7).</summary>
    public const string MagicCookie = "z9hG4bK";

    private string? _text;

    /// <param name="transport">UDP, TCP, TLS, WS, WSS.</param>
    /// <param name="host">The sent-by host; an IPv6 address in brackets.</param>
    /// <param name="port">The sent-by port, or null.</param>
    /// <param name="branch">With the magic cookie, which is added when it is missing.</param>
    public ViaHeader(string transport, string host, int? port, string branch)
        : this(transport, host, port, ParameterList.Empty.WithHeaderParameter(
            ParameterNames.Branch, branch.StartsWith(MagicCookie, StringComparison.Ordinal) ? branch : MagicCookie + branch))
    {
    }

    private ViaHeader(string transport, string host, int? port, ParameterList parameters)
    {
        Transport = transport;
        Host = host;
        Port = port;
        Parameters = parameters;
    }

    /// <summary>In upper case for those we know, else as it came.</summary>
    public string Transport { get; }

    /// <summary>sent-by host; an IPv6 address in its brackets.</summary>
    public string Host { get; }

    public int? Port { get; }

    public ParameterList Parameters { get; }

    public string? Branch => Parameters[ParameterNames.Branch];

    public string? Received => Parameters[ParameterNames.Received];

    public string? MAddr => Parameters[ParameterNames.MAddr];

    /// <summary>True when the sender asks for the response at the source port: rport with or without a value (RFC 3581).</summary>
    public bool HasRPort => Parameters.Contains(ParameterNames.RPort);

    /// <summary>The port in rport; null when it is absent, empty or no port.</summary>
    public int? RPort => int.TryParse(Parameters[ParameterNames.RPort], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue ? port : null;

    /// <summary>True when the branch names the transaction: cookie and something after it (RFC 3261 section 17.2.3).</summary>
    public bool HasMagicCookie => Branch is { } branch && branch.Length > MagicCookie.Length && branch.StartsWith(MagicCookie, StringComparison.OrdinalIgnoreCase);

    public ViaHeader WithParameter(string name, string? value = null) => new(Transport, Host, Port, Parameters.WithHeaderParameter(name, value));

    public ViaHeader WithoutParameter(string name) => new(Transport, Host, Port, Parameters.Without(name));

    public static bool TryParse(ReadOnlySpan<byte> value, [NotNullWhen(true)] out ViaHeader? via)
    {
        via = null;
        var cursor = new Cursor(value);
        if (!TryScan(ref cursor, out var transport, out var host, out var port) || !HasOnlyParameters(cursor))
            return false;
        via = new ViaHeader(InternTransport(transport), Encoding.ASCII.GetString(host), port == 0 ? null : port, ParameterList.ReadHeaderParameters(ref cursor));
        return true;
    }

    /// <summary>The value as it goes on the wire.</summary>
    public override string ToString()
    {
        if (_text is not null)
            return _text;
        var text = new StringBuilder(96).Append("SIP/2.0/").Append(Transport).Append(' ').Append(Host);
        if (Port is { } port)
            text.Append(':').Append(port.ToString(CultureInfo.InvariantCulture));
        Parameters.AppendTo(text);
        return _text = text.ToString();
    }

    internal static bool IsValid(ReadOnlySpan<byte> value)
    {
        var cursor = new Cursor(value);
        return TryScan(ref cursor, out _, out _, out _) && HasOnlyParameters(cursor);
    }

    /// <summary>
    /// via-parm = sent-protocol LWS sent-by *( SEMI via-params ); sent-protocol = protocol-name SLASH protocol-version SLASH transport;
    /// sent-by = host [ COLON port ]
    /// </summary>
    private static bool TryScan(ref Cursor cursor, out ReadOnlySpan<byte> transport, out ReadOnlySpan<byte> host, out int port)
    {
        transport = default;
        host = default;
        port = 0;
        cursor.SkipWhitespace();
        if (!Ascii.EqualsIgnoreCase(cursor.TakeWhile(Grammar.Token), "SIP"u8) || !cursor.TrySeparator((byte)'/')
            || !cursor.TakeWhile(Grammar.Token).SequenceEqual("2.0"u8) || !cursor.TrySeparator((byte)'/'))
            return false;
        transport = cursor.TakeWhile(Grammar.Token);
        var before = cursor.Rest.Length;
        cursor.SkipWhitespace();
        if (transport.IsEmpty || cursor.Rest.Length == before)
            return false;
        var length = HostPort.HostLength(cursor.Rest);
        host = cursor.Rest[..length];
        cursor.Advance(length);
        return length > 0 && (!cursor.TrySeparator((byte)':') || HostPort.TryPort(cursor.TakeWhile(Grammar.Token), out port));
    }

    private static bool HasOnlyParameters(Cursor cursor) => cursor.TrySkipParameters(SipLimits.Parameters);

    private static string InternTransport(ReadOnlySpan<byte> transport)
    {
        if (Ascii.EqualsIgnoreCase(transport, "UDP"u8))
            return "UDP";
        if (Ascii.EqualsIgnoreCase(transport, "TCP"u8))
            return "TCP";
        if (Ascii.EqualsIgnoreCase(transport, "TLS"u8))
            return "TLS";
        if (Ascii.EqualsIgnoreCase(transport, "WS"u8))
            return "WS";
        return Ascii.EqualsIgnoreCase(transport, "WSS"u8) ? "WSS" : Encoding.ASCII.GetString(transport);
    }
}
