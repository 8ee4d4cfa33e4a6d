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

    private static readonly string[] KnownTransports = ["UDP", "TCP", "TLS", "WS", "WSS"];

    private readonly string _protocol;
    private string? _text;

    /// <param name="transport">UDP, TCP, TLS, WS, WSS.</param>
    /// <param name="host">The sent-by host; an IPv6 address in brackets.</param>
    /// <param name="port">The sent-by port, or null.</param>
    /// <param name="branch">With the magic cookie, which is added when it is missing.</param>
    public ViaHeader(string transport, string host, int? port, string branch)
        : this("SIP/2.0", transport, host, port, ParameterList.Empty.WithHeaderParameter(
            ParameterNames.Branch, branch.StartsWith(MagicCookie, StringComparison.Ordinal) ? branch : MagicCookie + branch))
    {
    }

    private ViaHeader(string protocol, string transport, string host, int? port, ParameterList parameters)
    {
        _protocol = protocol;
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

    public ViaHeader WithParameter(string name, string? value = null) => new(_protocol, Transport, Host, Port, Parameters.WithHeaderParameter(name, value));

    public ViaHeader WithoutParameter(string name) => new(_protocol, Transport, Host, Port, Parameters.Without(name));

    public static bool TryParse(ReadOnlySpan<byte> value, [NotNullWhen(true)] out ViaHeader? via)
    {
        via = null;
        return IsValid(value) && TrySalvage(value, out via);
    }

    /// <summary>The value as it goes on the wire.</summary>
    public override string ToString()
    {
        if (_text is not null)
            return _text;
        var text = SharedText.Take().Append(_protocol).Append('/').Append(Transport).Append(' ').Append(Host);
        if (Port is { } port)
            text.Append(':').Append(port.ToString(CultureInfo.InvariantCulture));
        Parameters.AppendTo(text);
        return _text = SharedText.ToText(text);
    }

    /// <summary>As <see cref="TryParse"/>, but takes what comes before malformed parameters: enough to refuse a request.</summary>
    internal static bool TrySalvage(ReadOnlySpan<byte> value, [NotNullWhen(true)] out ViaHeader? via)
    {
        via = null;
        var cursor = new Cursor(value);
        if (!TryScan(ref cursor, out var scan))
            return false;
        via = new ViaHeader(
            InternProtocol(scan.Name, scan.Version),
            InternTransport(scan.Transport),
            Encoding.ASCII.GetString(scan.Host),
            scan.Port == 0 ? null : scan.Port,
            ParameterList.ReadHeaderParameters(ref cursor));
        return true;
    }

    internal static bool IsValid(ReadOnlySpan<byte> value)
    {
        var cursor = new Cursor(value);
        return TryScan(ref cursor, out _) && cursor.TrySkipParameters(SipLimits.Parameters);
    }

    /// <summary>
    /// via-parm = sent-protocol LWS sent-by *( SEMI via-params ); sent-protocol = protocol-name SLASH protocol-version SLASH transport;
    /// sent-by = host [ COLON port ]
    /// </summary>
    private static bool TryScan(ref Cursor cursor, out Scan scan)
    {
        scan = default;
        cursor.SkipWhitespace();
        scan.Name = cursor.TakeWhile(Grammar.Token);
        if (scan.Name.IsEmpty || !cursor.TrySeparator((byte)'/'))
            return false;
        scan.Version = cursor.TakeWhile(Grammar.Token);
        if (scan.Version.IsEmpty || !cursor.TrySeparator((byte)'/'))
            return false;
        scan.Transport = cursor.TakeWhile(Grammar.Token);
        var before = cursor.Rest.Length;
        cursor.SkipWhitespace();
        if (scan.Transport.IsEmpty || cursor.Rest.Length == before)
            return false;
        var length = HostPort.HostLength(cursor.Rest);
        scan.Host = cursor.Rest[..length];
        cursor.Advance(length);
        return length > 0 && (!cursor.TrySeparator((byte)':') || HostPort.TryPort(cursor.TakeWhile(Grammar.Token), out scan.Port));
    }

    private static string InternProtocol(ReadOnlySpan<byte> name, ReadOnlySpan<byte> version) =>
        Ascii.EqualsIgnoreCase(name, "SIP"u8) && version.SequenceEqual("2.0"u8) ? "SIP/2.0" : $"{Encoding.ASCII.GetString(name)}/{Encoding.ASCII.GetString(version)}";

    private static string InternTransport(ReadOnlySpan<byte> transport)
    {
        foreach (var known in KnownTransports)
        {
            if (Ascii.EqualsIgnoreCase(transport, known))
                return known;
        }

        return Encoding.ASCII.GetString(transport);
    }

    private ref struct Scan
    {
        public ReadOnlySpan<byte> Name;
        public ReadOnlySpan<byte> Version;
        public ReadOnlySpan<byte> Transport;
        public ReadOnlySpan<byte> Host;
        public int Port;
    }
}
