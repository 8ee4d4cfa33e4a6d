using System.Buffers;
using System.Text;

namespace CallCluster.Sip.Syntax;

/// <summary>Character classes of RFC 3261 section 25.1.</summary>
internal static class Grammar
{
    public const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    // unreserved = alphanum / mark
    private const string Unreserved = Alphanumeric + "-_.!~*'()";

    private const string TokenCharacters = Alphanumeric + "-.!%*_+`'~";

    /// <summary>token = 1*(alphanum / "-" / "." / "!" / "%" / "*" / "_" / "+" / "`" / "'" / "~" )</summary>
    public static readonly SearchValues<byte> Token = Set(TokenCharacters);

    /// <summary>
    /// gen-value = token / host / quoted-string. Also takes the separators that real senders leave unquoted and that end nothing.
    /// </summary>
    public static readonly SearchValues<byte> ParameterValue = Set(TokenCharacters + "[]:@/()?&$");

    /// <summary>
    /// display-name = *(token LWS) / quoted-string. Also takes UTF-8 and the punctuation that phones and carriers leave unquoted;
    /// never a comma, semicolon, colon, quote or bracket, for those mean something else here.
    /// </summary>
    public static readonly SearchValues<byte> DisplayName =
        SearchValues.Create([.. Encoding.ASCII.GetBytes(TokenCharacters + " \t@()/&#$^|"), .. Enumerable.Range(0x80, 0x80).Select(b => (byte)b)]);

    /// <summary>user = 1*( unreserved / escaped / user-unreserved ); "#" is taken too, since phones dial it unescaped.</summary>
    public static readonly SearchValues<byte> UriUser = Set(Unreserved + "&=+$,;?/%#");

    /// <summary>password = *( unreserved / escaped / "&amp;" / "=" / "+" / "$" / "," )</summary>
    public static readonly SearchValues<byte> UriPassword = Set(Unreserved + "&=+$,%");

    /// <summary>paramchar = param-unreserved / unreserved / escaped</summary>
    public static readonly SearchValues<byte> UriParameter = Set(Unreserved + "[]/:&+$%");

    /// <summary>hname, hvalue = 1*, *( hnv-unreserved / unreserved / escaped )</summary>
    public static readonly SearchValues<byte> UriHeader = Set(Unreserved + "[]/?:+$%");

    /// <summary>scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )</summary>
    public static readonly SearchValues<byte> UriScheme = Set(Alphanumeric + "+-.");

    /// <summary>telephone-subscriber of RFC 3966: digits, visual separators, and the DTMF characters of local numbers.</summary>
    public static readonly SearchValues<byte> TelephoneNumber = Set("0123456789ABCDEFabcdef*#-.()+");

    /// <summary>hostname / IPv4address; the underscore is no part of the grammar but of many networks.</summary>
    public static readonly SearchValues<byte> Host = Set(Alphanumeric + "-._");

    /// <summary>IPv6address between its brackets.</summary>
    public static readonly SearchValues<byte> IPv6 = Set("0123456789ABCDEFabcdef:.");

    /// <summary>Any visible ASCII except what would end an addr-spec in a header: for URIs whose scheme we do not know.</summary>
    public static readonly SearchValues<byte> OpaqueUri =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x5E).Select(b => (byte)b).Where(b => b is not ((byte)'<' or (byte)'>' or (byte)'"' or (byte)'\\'))]);

    /// <summary>word of callid = word [ "@" word ], with "@" itself: every visible ASCII character but comma and semicolon.</summary>
    public static readonly SearchValues<byte> CallId =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x5E).Select(b => (byte)b).Where(b => b is not ((byte)',' or (byte)';'))]);

    /// <summary>Controls that may not stand bare in a header line: all below 0x20 but HTAB, and DEL.</summary>
    public static readonly SearchValues<byte> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(b => b != '\t').Select(b => (byte)b), 0x7F]);

    /// <summary>Characters that a URI component keeps in clear when we build it.</summary>
    public static bool IsUnreserved(byte character) => UnreservedSet.Contains(character);

    public static bool IsDigit(byte character) => (uint)(character - '0') <= 9;

    public static bool IsWhitespace(byte character) => character is (byte)' ' or (byte)'\t';

    /// <summary>LWS after unfolding: spaces and tabs at both ends are no part of a value.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value)
    {
        var start = 0;
        while (start < value.Length && IsWhitespace(value[start]))
            start++;
        return TrimEnd(value[start..]);
    }

    public static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> value)
    {
        var end = value.Length;
        while (end > 0 && IsWhitespace(value[end - 1]))
            end--;
        return value[..end];
    }

    /// <summary>1*DIGIT no greater than <paramref name="maximum"/>; leading zeros are allowed, anything else is not.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> digits, uint maximum, out uint value)
    {
        value = 0;
        if (digits.IsEmpty)
            return false;
        ulong sum = 0;
        foreach (var digit in digits)
        {
            if (!IsDigit(digit))
                return false;
            sum = sum * 10 + (uint)(digit - '0');
            if (sum > maximum)
                return false;
        }

        value = (uint)sum;
        return true;
    }

    private static readonly SearchValues<byte> UnreservedSet = Set(Unreserved);

    private static SearchValues<byte> Set(string characters) => SearchValues.Create(Encoding.ASCII.GetBytes(characters));
}
