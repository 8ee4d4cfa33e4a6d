using System.Globalization;
using CallCluster.Sip.Messages;

namespace CallCluster.Edge.Legs;

/// <summary>The Reason header (RFC 3326): why we refuse, cancel or hang up, in the words of SIP and, for gateways to the telephone network, of Q.850.</summary>
internal static class ReasonHeader
{
    private const int Success = 200;

    /// <summary>What a phone reads in a CANCEL or BYE so as not to show a missed call (RFC 3326 3.1).</summary>
    public static string CompletedElsewhere { get; } = Sip(Success, "Call completed elsewhere");

    /// <summary><c>SIP;cause=486;text="...", Q.850;cause=17</c></summary>
    /// <param name="status">A status of SIP.</param>
    /// <param name="text">For people; null for none.</param>
    /// <param name="network">The cause that the other leg's trunk gave; null for the one that goes with the status.</param>
    public static string For(int status, string? text, int? network = null) => (network ?? Q850(status)) is { } cause ? $"{Sip(status, text)}, Q.850;cause={cause}" : Sip(status, text);

    /// <summary>The cause of Q.850 that a message tells, 1 to 127: all of a foreign Reason that goes beyond the leg it came by. Null when it tells none.</summary>
    public static int? Q850Of(SipMessage? message)
    {
        foreach (var field in message?.GetHeaders(HeaderNames.Reason) ?? [])
        {
            foreach (var value in field.Split(','))
            {
                if (value.Split(';', StringSplitOptions.TrimEntries) is not [var protocol, .. var parameters] || !protocol.Equals("Q.850", StringComparison.OrdinalIgnoreCase)) continue;
                foreach (var parameter in parameters)
                {
                    if (parameter.Split('=', StringSplitOptions.TrimEntries) is [var name, var digits] && name.Equals("cause", StringComparison.OrdinalIgnoreCase)
                        && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var cause) && cause is >= 1 and <= 127) return cause;
                }
            }
        }

        return null;
    }

    /// <summary>Whether a caller's CANCEL says that somebody else has answered.</summary>
    public static bool IsCompletedElsewhere(string? reason)
    {
        foreach (var value in (reason ?? "").Split(','))
        {
            if (value.Split(';', StringSplitOptions.TrimEntries) is [var protocol, .. var parameters] && protocol.Equals("SIP", StringComparison.OrdinalIgnoreCase)
                && parameters.Any(parameter => parameter.Replace(" ", "", StringComparison.Ordinal).Equals("cause=200", StringComparison.OrdinalIgnoreCase))) return true;
        }

        return false;
    }

    /// <summary>The cause that a gateway takes for a status (RFC 3398 8.2.6.1); for 200 the end of a call that was answered. Null where the telephone network knows none.</summary>
    public static int? Q850(int status) => status switch
    {
        Success => 16, // normal call clearing
        404 or 485 or 604 => 1, // unallocated number
        410 => 22, // number changed
        408 => 102, // recovery on timer expiry
        480 => 18, // no user responding
        482 or 483 => 25, // exchange routing error
        484 => 28, // address incomplete
        486 or 600 => 17, // user busy
        403 or 603 => 21, // call rejected
        488 or 606 => 127, // interworking
        502 => 38, // network out of order
        503 => 41, // temporary failure
        500 or 504 or 505 or 513 => 127,
        _ => null,
    };

    private static string Sip(int cause, string? text) => text is null ? $"SIP;cause={cause}" : $"SIP;cause={cause};text=\"{text.Replace('"', '\'').Replace('\\', '/')}\"";
}
