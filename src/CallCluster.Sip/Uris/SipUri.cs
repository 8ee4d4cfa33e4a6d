using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Uris;

/// <summary>
/// A URI of a SIP message: sip and sips in their parts (RFC 3261 section 19.1), tel with its number as <see cref="User"/>
/// (RFC 3966), any other scheme with its text untouched in <see cref="Opaque"/>. Immutable.
/// </summary>
/// <remarks>
/// User, password and parameters are in canonical escaped form: an escape that was not needed is decoded, others stay
/// (%00 is never a NUL here). <see cref="Unescape"/> gives the plain text. Two URIs are equal by RFC 3261 section 19.1.4,
/// which is no equivalence relation: parameters that only one of them has are mostly ignored.
/// </remarks>
public sealed class SipUri : IEquatable<SipUri>
{
    // user-unreserved and the characters of a telephone-subscriber
    private const string ClearInUser = "&=+$,;?/";
    private const string ClearInParameter = "[]/:&+$";
    private const string ClearInHeader = "[]/?:+$";

    private string? _text;

    private SipUri(string scheme) => Scheme = scheme;

    /// <summary>A sip or sips URI from plain parts. The user is escaped where it must be; an IPv6 host needs its brackets.</summary>
    /// <exception cref="ArgumentException">The scheme, host or port cannot stand in a SIP URI.</exception>
    public SipUri(string scheme, string? user, string host, int? port = null)
    {
        if (scheme is not ("sip" or "sips"))
            throw new ArgumentException("The scheme must be sip or sips.", nameof(scheme));
        var bytes = Encoding.UTF8.GetBytes(host);
        if (bytes.Length == 0 || HostPort.HostLength(bytes) != bytes.Length)
            throw new ArgumentException("The host must be a name, an IPv4 address or an IPv6 address in brackets.", nameof(host));
        if (port is < 1 or > ushort.MaxValue)
            throw new ArgumentException("The port must be between 1 and 65535.", nameof(port));
        Scheme = scheme;
        User = string.IsNullOrEmpty(user) ? null : UriEscapes.Escape(user, ClearInUser);
        Host = host;
        Port = port;
    }

    /// <summary>In lower case.</summary>
    public string Scheme { get; }

    public string? User { get; private init; }

    /// <summary>Deprecated by the RFC; kept only because a URI must be sent as it came. Never log it.</summary>
    public string? Password { get; private init; }

    /// <summary>As written, an IPv6 address in its brackets; "" for schemes other than sip and sips.</summary>
    public string Host { get; private init; } = "";

    public int? Port { get; private init; }

    public ParameterList Parameters { get; private init; } = ParameterList.Empty;

    /// <summary>What follows "?": header fields the URI's author would like in a request made of it. Never obey them unasked.</summary>
    public ParameterList Headers { get; private init; } = ParameterList.Empty;

    /// <summary>What follows the colon of a URI that is neither sip, sips nor tel; else null.</summary>
    public string? Opaque { get; private init; }

    public bool IsSip => Scheme is "sip" or "sips";

    public bool IsSecure => Scheme is "sips";

    public bool IsTel => Scheme is "tel";

    /// <summary>The "lr" parameter: this proxy routes as RFC 3261 does (section 19.1.1).</summary>
    public bool IsLooseRouter => Parameters.Contains(ParameterNames.Lr);

    /// <summary>The "transport" parameter as written, or null.</summary>
    public string? Transport => Parameters[ParameterNames.Transport];

    /// <summary>The "maddr" parameter, or null.</summary>
    public string? MAddr => Parameters[ParameterNames.MAddr];

    /// <summary>Stands where a message that we refuse had no readable URI.</summary>
    internal static SipUri Unreadable { get; } = new("invalid") { Opaque = "unreadable" };

    /// <exception cref="FormatException">The text is no URI: for constants and tests, never for input.</exception>
    public static SipUri Parse(string text) => TryParse(text, out var uri) ? uri : throw new FormatException("The text is no URI that SIP can carry.");

    public static bool TryParse(string? text, [NotNullWhen(true)] out SipUri? uri)
    {
        uri = null;
        return text is not null && text.Length <= SipLimits.UriLength && TryParse(Encoding.UTF8.GetBytes(text), out uri);
    }

    /// <summary>SIP-URI / SIPS-URI / absoluteURI (RFC 3261 section 25.1), without any surrounding whitespace.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out SipUri? uri)
    {
        uri = UriSyntax.TryScan(text, out var syntax) ? From(in syntax) : null;
        return uri is not null;
    }

    internal static SipUri From(in UriSyntax syntax) => syntax.Kind switch
    {
        UriSyntax.UriKind.Opaque => new SipUri(LowerCase(syntax.Scheme)) { Opaque = Encoding.ASCII.GetString(syntax.Opaque) },
        _ => new SipUri(LowerCase(syntax.Scheme))
        {
            User = syntax.HasUser ? UriEscapes.Canonical(syntax.User) : null,
            Password = syntax.HasPassword ? UriEscapes.Canonical(syntax.Password) : null,
            Host = Encoding.ASCII.GetString(syntax.Host),
            Port = syntax.Port == 0 ? null : syntax.Port,
            Parameters = ReadList(syntax.Parameters, (byte)';'),
            Headers = ReadList(syntax.Headers, (byte)'&'),
        },
    };

    /// <summary>All escapes of a user, parameter or header value decoded. May hold any character: not for logs.</summary>
    public static string Unescape(string text) => UriEscapes.Unescape(text);

    public SipUri WithParameter(string name, string? value = null) =>
        Copy(parameters: Parameters.With(name, value is null ? null : UriEscapes.Escape(value, ClearInParameter)));

    public SipUri WithoutParameter(string name) => Copy(parameters: Parameters.Without(name));

    /// <summary>With one more header field that a request made of the URI is to have (section 19.1.1).</summary>
    /// <param name="name">A token.</param>
    /// <param name="value">Plain text: escaped where it must be.</param>
    public SipUri AddHeader(string name, string value) => Copy(headers: ParameterList.Create([.. Headers, new Parameter(name, UriEscapes.Escape(value, ClearInHeader))]));

    public SipUri WithoutHeaders() => Copy(headers: ParameterList.Empty);

    /// <param name="user">Plain text: escaped where it must be. Null or "" leaves no user.</param>
    public SipUri WithUser(string? user) => new(Scheme)
    {
        User = string.IsNullOrEmpty(user) ? null : UriEscapes.Escape(user, ClearInUser),
        Host = Host,
        Port = Port,
        Parameters = Parameters,
        Headers = Headers,
        Opaque = Opaque,
    };

    public SipUri WithHostPort(string host, int? port = null) =>
        new(Scheme, null, host, port) { User = User, Password = Password, Parameters = Parameters, Headers = Headers };

    /// <summary>The URI as it goes on the wire.</summary>
    public override string ToString() => _text ??= Write();

    public override bool Equals(object? obj) => Equals(obj as SipUri);

    /// <summary>RFC 3261 section 19.1.4; RFC 3966 section 5 for tel.</summary>
    public bool Equals(SipUri? other) => UriComparison.AreEqual(this, other);

    public override int GetHashCode() => UriComparison.HashCode(this);

    private SipUri Copy(ParameterList? parameters = null, ParameterList? headers = null) => new(Scheme)
    {
        User = User,
        Password = Password,
        Host = Host,
        Port = Port,
        Parameters = parameters ?? Parameters,
        Headers = headers ?? Headers,
        Opaque = Opaque,
    };

    private string Write()
    {
        var text = SharedText.Take().Append(Scheme).Append(':').Append(Opaque).Append(User);
        if (Password is not null)
            text.Append(':').Append(Password);
        if (User is not null && !IsTel)
            text.Append('@');
        text.Append(Host);
        if (Port is { } port)
            text.Append(':').Append(port.ToString(CultureInfo.InvariantCulture));
        Parameters.AppendTo(text);
        for (var i = 0; i < Headers.Count; i++)
            text.Append(i == 0 ? '?' : '&').Append(Headers[i].Name).Append('=').Append(Headers[i].Value);
        return SharedText.ToText(text);
    }

    private static string LowerCase(ReadOnlySpan<byte> scheme)
    {
        if (Ascii.EqualsIgnoreCase(scheme, "sip"u8))
            return "sip";
        return Ascii.EqualsIgnoreCase(scheme, "sips"u8) ? "sips" : Encoding.ASCII.GetString(scheme).ToLowerInvariant();
    }

    private static ParameterList ReadList(ReadOnlySpan<byte> list, byte separator)
    {
        if (list.IsEmpty)
            return ParameterList.Empty;
        var items = new List<Parameter>(2);
        if (list[0] == separator)
            list = list[1..];
        while (true)
        {
            var end = list.IndexOf(separator);
            var item = end < 0 ? list : list[..end];
            var equals = item.IndexOf((byte)'=');
            var name = equals < 0 ? item : item[..equals];
            var value = equals < 0 ? null : UriEscapes.Canonical(item[(equals + 1)..]);
            items.Add(new Parameter(name.Contains((byte)'%') ? UriEscapes.Canonical(name) : ParameterNames.Intern(name), value));
            if (end < 0)
                return ParameterList.Create(items);
            list = list[(end + 1)..];
        }
    }
}
