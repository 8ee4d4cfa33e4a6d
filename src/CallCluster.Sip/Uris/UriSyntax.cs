using System.Buffers;
using System.Text;
using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Uris;

/// <summary>Where the parts of a URI lie in its bytes: checks the grammar without allocating (RFC 3261 section 19.1.1 and 25.1, RFC 3966).</summary>
internal ref struct UriSyntax
{
    public UriKind Kind;
    public ReadOnlySpan<byte> Scheme;
    public ReadOnlySpan<byte> User;
    public bool HasUser;
    public ReadOnlySpan<byte> Password;
    public bool HasPassword;
    public ReadOnlySpan<byte> Host;
    public int Port;
    public ReadOnlySpan<byte> Parameters;
    public ReadOnlySpan<byte> Headers;
    public ReadOnlySpan<byte> Opaque;

    public enum UriKind
    {
        Sip,
        Tel,
        Opaque,
    }

    /// <summary>SIP-URI / SIPS-URI / absoluteURI</summary>
    public static bool TryScan(ReadOnlySpan<byte> text, out UriSyntax uri)
    {
        uri = default;
        var colon = text.IndexOf((byte)':');
        if (colon <= 0 || text.Length > SipLimits.UriLength || !char.IsAsciiLetter((char)text[0]))
            return false;
        uri.Scheme = text[..colon];
        if (uri.Scheme.IndexOfAnyExcept(Grammar.UriScheme) >= 0)
            return false;
        var rest = text[(colon + 1)..];
        if (Ascii.EqualsIgnoreCase(uri.Scheme, "sip"u8) || Ascii.EqualsIgnoreCase(uri.Scheme, "sips"u8))
            return uri.TryScanSip(rest);
        if (Ascii.EqualsIgnoreCase(uri.Scheme, "tel"u8))
            return uri.TryScanTel(rest);
        uri.Kind = UriKind.Opaque;
        uri.Opaque = rest;
        return !rest.IsEmpty && rest.IndexOfAnyExcept(Grammar.OpaqueUri) < 0;
    }

    /// <summary>"sip:" [ userinfo ] hostport uri-parameters [ headers ]</summary>
    private bool TryScanSip(ReadOnlySpan<byte> rest)
    {
        Kind = UriKind.Sip;
        // The first "@" ends the userinfo: nothing that may follow the host holds one unescaped.
        var at = rest.IndexOf((byte)'@');
        if (at >= 0)
        {
            if (!TryScanUserInfo(rest[..at]))
                return false;
            rest = rest[(at + 1)..];
        }

        var end = rest.IndexOfAny((byte)';', (byte)'?');
        if (!HostPort.TryScan(end < 0 ? rest : rest[..end], out Host, out Port))
            return false;
        return end < 0 || TryScanTail(rest[end..]);
    }

    /// <summary>userinfo = ( user / telephone-subscriber ) [ ":" password ] "@"</summary>
    private bool TryScanUserInfo(ReadOnlySpan<byte> userInfo)
    {
        HasUser = true;
        var colon = userInfo.IndexOf((byte)':');
        User = colon < 0 ? userInfo : userInfo[..colon];
        if (colon >= 0)
        {
            HasPassword = true;
            Password = userInfo[(colon + 1)..];
        }

        return !User.IsEmpty && IsMadeOf(User, Grammar.UriUser) && (Password.IsEmpty || IsMadeOf(Password, Grammar.UriPassword));
    }

    /// <summary>uri-parameters [ headers ]: *( ";" uri-parameter ) [ "?" header *( "&amp;" header ) ]</summary>
    private bool TryScanTail(ReadOnlySpan<byte> tail)
    {
        var question = tail.IndexOf((byte)'?');
        Parameters = question < 0 ? tail : tail[..question];
        Headers = question < 0 ? default : tail[(question + 1)..];
        if (question >= 0 && Headers.IsEmpty)
            return false;
        return TryScanList(Parameters, (byte)';', Grammar.UriParameter, valueRequired: false)
            && TryScanList(Headers, (byte)'&', Grammar.UriHeader, valueRequired: true);
    }

    /// <summary>telephone-uri = "tel:" telephone-subscriber, with its parameters (RFC 3966 section 3)</summary>
    private bool TryScanTel(ReadOnlySpan<byte> rest)
    {
        Kind = UriKind.Tel;
        HasUser = true;
        var end = rest.IndexOf((byte)';');
        User = end < 0 ? rest : rest[..end];
        Parameters = end < 0 ? default : rest[end..];
        return !User.IsEmpty && User.IndexOfAnyExcept(Grammar.TelephoneNumber) < 0
            && TryScanList(Parameters, (byte)';', Grammar.UriParameter, valueRequired: false);
    }

    private static bool TryScanList(ReadOnlySpan<byte> list, byte separator, SearchValues<byte> allowed, bool valueRequired)
    {
        if (list.IsEmpty)
            return true;
        if (list[0] == separator)
            list = list[1..];
        for (var count = 0; ; count++)
        {
            if (count >= SipLimits.Parameters)
                return false;
            var end = list.IndexOf(separator);
            var item = end < 0 ? list : list[..end];
            var equals = item.IndexOf((byte)'=');
            var name = equals < 0 ? item : item[..equals];
            if (name.IsEmpty || !IsMadeOf(name, allowed) || (valueRequired && equals < 0))
                return false;
            if (equals >= 0 && !IsMadeOf(item[(equals + 1)..], allowed))
                return false;
            if (end < 0)
                return true;
            list = list[(end + 1)..];
        }
    }

    /// <summary>escaped = "%" HEXDIG HEXDIG, wherever the class allows it</summary>
    private static bool IsMadeOf(ReadOnlySpan<byte> text, SearchValues<byte> allowed)
    {
        if (text.IndexOfAnyExcept(allowed) >= 0)
            return false;
        for (var percent = text.IndexOf((byte)'%'); percent >= 0; percent = text.IndexOf((byte)'%'))
        {
            if (percent + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[percent + 1]) || !char.IsAsciiHexDigit((char)text[percent + 2]))
                return false;
            text = text[(percent + 3)..];
        }

        return true;
    }
}
