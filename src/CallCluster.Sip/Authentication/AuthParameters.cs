using System.Text;
using CallCluster.Sip.Syntax;

namespace CallCluster.Sip.Authentication;

/// <summary>The parameters of a Digest challenge or of Digest credentials.</summary>
internal sealed class AuthParameters
{
    private const int Maximum = 32;

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    private AuthParameters()
    {
    }

    /// <summary>Without quotes and backslashes; null when absent.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>
    /// "Digest" LWS auth-param *(COMMA auth-param); auth-param = token EQUAL ( token / quoted-string ) (RFC 3261 section 25.1).
    /// Null for other schemes and for what breaks the grammar, a repeated parameter included.
    /// </summary>
    public static AuthParameters? TryParse(string text)
    {
        var cursor = new Cursor(Encoding.UTF8.GetBytes(text));
        cursor.SkipWhitespace();
        if (!Ascii.EqualsIgnoreCase(cursor.TakeWhile(Grammar.Token), "Digest"u8))
            return null;
        cursor.SkipWhitespace();
        var parameters = new AuthParameters();
        do
        {
            var name = cursor.TakeWhile(Grammar.Token);
            if (name.IsEmpty || !cursor.TrySeparator((byte)'='))
                return null;
            if (!cursor.TryQuotedString(out var value))
                value = cursor.TakeWhile(Grammar.ParameterValue);
            if (parameters._values.Count == Maximum || !parameters._values.TryAdd(Encoding.ASCII.GetString(name), SipText.Unquote(value)))
                return null;
        }
        while (cursor.TrySeparator((byte)','));
        cursor.SkipWhitespace();
        return cursor.AtEnd ? parameters : null;
    }
}
