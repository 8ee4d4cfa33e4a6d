using System.Text;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Bodies;

/// <summary>A key in an INFO: <c>application/dtmf-relay</c> (lines Signal= and Duration=) or <c>application/dtmf</c> (the key alone), as PBXs and carriers send them without an RFC.</summary>
public static class DtmfBody
{
    /// <summary>What an INFO with a key may be; a 415 lists them in Accept.</summary>
    public const string Accepted = $"{Relay}, {Plain}";

    private const string Relay = "application/dtmf-relay";
    private const string Plain = "application/dtmf";

    /// <summary>Longer ones are no key.</summary>
    private const int MaxLength = 256;

    /// <summary>The key (0-9, *, #, A-D) of an INFO; false for any other body, and for a hook flash.</summary>
    public static bool TryRead(Messages.SipRequest info, out char key)
    {
        key = '\0';
        if (info.Body.Length is 0 or > MaxLength)
            return false;
        var text = Encoding.ASCII.GetString(info.Body.Span);
        if (info.HasContentType(Plain))
            return TryReadKey(text.Trim(), out key);
        if (!info.HasContentType(Relay))
            return false;
        foreach (var line in text.Split('\n'))
        {
            var (name, value) = line.IndexOf('=', StringComparison.Ordinal) is var equals and > 0 ? (line[..equals].Trim(), line[(equals + 1)..].Trim()) : ("", "");
            if (name.Equals("Signal", StringComparison.OrdinalIgnoreCase))
                return TryReadKey(value, out key);
        }

        return false;
    }

    /// <summary>The body of an INFO with a key, which is held for <paramref name="milliseconds"/>.</summary>
    public static SipBody Write(char key, int milliseconds = 160) => new(Relay, Encoding.ASCII.GetBytes($"Signal={key}\r\nDuration={milliseconds}\r\n"));

    // Some write the event codes of RFC 4733 instead of the keys: 10 is *, 11 is #, 12 to 15 are A to D.
    private static bool TryReadKey(string text, out char key)
    {
        key = text switch
        {
            [var one] => char.ToUpperInvariant(one),
            ['1', var two and >= '0' and <= '5'] => "*#ABCD"[two - '0'],
            _ => '\0',
        };
        return char.IsAsciiDigit(key) || key is '*' or '#' or (>= 'A' and <= 'D');
    }
}
