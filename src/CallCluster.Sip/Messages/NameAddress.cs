using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using CallCluster.Sip.Syntax;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Messages;

/// <summary>
/// One value of From, To, Contact, Route, Record-Route and their like: an address with an optional display name and parameters
/// (RFC 3261 section 20.10). Immutable.
/// </summary>
public sealed class NameAddress
{
    private string? _text;

    public NameAddress(SipUri uri, string? displayName = null)
        : this(displayName, uri, ParameterList.Empty)
    {
    }

    private NameAddress(string? displayName, SipUri uri, ParameterList parameters)
    {
        DisplayName = string.IsNullOrEmpty(displayName) ? null : SipText.MaskControls(displayName);
        Uri = uri;
        Parameters = parameters;
    }

    /// <summary>Without quotes and backslashes, control characters masked; null when there is none.</summary>
    public string? DisplayName { get; }

    public SipUri Uri { get; }

    /// <summary>Those of the header field, not those of the URI.</summary>
    public ParameterList Parameters { get; }

    public string? Tag => Parameters[ParameterNames.Tag];

    /// <summary>The expires parameter in seconds; null when it is absent or malformed. What overflows counts as the greatest value.</summary>
    public uint? Expires => DeltaSeconds.Read(Parameters[ParameterNames.Expires]);

    /// <summary>The q parameter, 0 to 1; null when it is absent or malformed.</summary>
    public double? Q =>
        double.TryParse(Parameters[ParameterNames.Q], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var q) && q is >= 0 and <= 1 ? q : null;

    /// <summary>Stands where a message that we refuse had no readable address.</summary>
    internal static NameAddress Unreadable { get; } = new(SipUri.Unreadable);

    public NameAddress WithTag(string tag) => WithParameter(ParameterNames.Tag, tag);

    public NameAddress WithParameter(string name, string? value = null) => new(DisplayName, Uri, Parameters.WithHeaderParameter(name, value));

    public NameAddress WithoutParameter(string name) => new(DisplayName, Uri, Parameters.Without(name));

    public static bool TryParse(string? text, [NotNullWhen(true)] out NameAddress? address)
    {
        address = null;
        return text is not null && TryParse(Encoding.UTF8.GetBytes(text), out address);
    }

    public static bool TryParse(ReadOnlySpan<byte> value, [NotNullWhen(true)] out NameAddress? address)
    {
        address = null;
        var cursor = new Cursor(value);
        if (!TryScan(ref cursor, out var displayName, out var uri) || !HasOnlyParameters(cursor))
            return false;
        address = new NameAddress(SipText.Unquote(displayName), SipUri.From(in uri), ParameterList.ReadHeaderParameters(ref cursor));
        return true;
    }

    /// <summary>The value as it goes on the wire, always with angle brackets.</summary>
    public override string ToString()
    {
        if (_text is not null)
            return _text;
        var uri = Uri.ToString();
        var text = SharedText.Take();
        if (DisplayName is not null)
            text.Append(SipText.Quote(DisplayName)).Append(' ');
        text.Append('<').Append(uri).Append('>');
        Parameters.AppendTo(text);
        return _text = SharedText.ToText(text);
    }

    internal static bool IsValid(ReadOnlySpan<byte> value)
    {
        var cursor = new Cursor(value);
        return TryScan(ref cursor, out _, out _) && HasOnlyParameters(cursor);
    }

    /// <summary>
    /// ( name-addr / addr-spec ) *( SEMI generic-param ); name-addr = [ display-name ] LAQUOT addr-spec RAQUOT.
    /// Without brackets a semicolon ends the URI, and a URI with "?" or "," must have brackets (section 20).
    /// </summary>
    private static bool TryScan(ref Cursor cursor, out ReadOnlySpan<byte> displayName, out UriSyntax uri)
    {
        uri = default;
        cursor.SkipWhitespace();
        if (cursor.TryQuotedString(out displayName))
            cursor.SkipWhitespace();
        else if (cursor.Rest.IndexOf((byte)'<') is var open && open >= 0 && cursor.Rest[..open].IndexOfAnyExcept(Grammar.DisplayName) < 0)
        {
            displayName = Grammar.Trim(cursor.Rest[..open]);
            cursor.Advance(open);
        }
        else
            return TryScanBare(ref cursor, out uri);

        if (!cursor.IsAt((byte)'<'))
            return false;
        cursor.Advance(1);
        var close = cursor.Rest.IndexOf((byte)'>');
        if (close < 0 || !UriSyntax.TryScan(cursor.Rest[..close], out uri))
            return false;
        cursor.Advance(close + 1);
        return true;
    }

    private static bool TryScanBare(ref Cursor cursor, out UriSyntax uri)
    {
        var end = cursor.Rest.IndexOfAny((byte)';', (byte)' ', (byte)'\t');
        var text = end < 0 ? cursor.Rest : cursor.Rest[..end];
        uri = default;
        if (text.IndexOfAny((byte)'?', (byte)',') >= 0 || !UriSyntax.TryScan(text, out uri))
            return false;
        cursor.Advance(text.Length);
        return true;
    }

    private static bool HasOnlyParameters(Cursor cursor) => cursor.TrySkipParameters(SipLimits.Parameters);
}
