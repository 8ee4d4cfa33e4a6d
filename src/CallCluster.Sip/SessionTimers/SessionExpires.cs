using CallCluster.Sip.Messages;

namespace CallCluster.Sip.SessionTimers;

/// <summary>Session-Expires = delta-seconds *(SEMI se-params) (RFC 4028 §4).</summary>
/// <param name="Seconds">The session interval.</param>
/// <param name="RefresherIsUac">Which side of the transaction refreshes; null when it is not said.</param>
internal readonly record struct SessionExpires(uint Seconds, bool? RefresherIsUac)
{
    /// <summary>The header of a message; null when there is none that can be read.</summary>
    public static SessionExpires? Of(SipMessage message)
    {
        if (message[HeaderNames.SessionExpires] is not { } text)
            return null;
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        if (DeltaSeconds.Read(parts[0]) is not { } seconds)
            return null;
        bool? isUac = null;
        foreach (var part in parts.AsSpan(1))
        {
            var (name, value) = part.IndexOf('=', StringComparison.Ordinal) is var equals and > 0 ? (part[..equals].TrimEnd(), part[(equals + 1)..].TrimStart()) : (part, "");
            if (!name.Equals("refresher", StringComparison.OrdinalIgnoreCase))
                continue;
            isUac = value.Equals("uac", StringComparison.OrdinalIgnoreCase) ? true : value.Equals("uas", StringComparison.OrdinalIgnoreCase) ? false : null;
        }

        return new SessionExpires(seconds, isUac);
    }

    /// <summary>Min-SE = delta-seconds *(SEMI generic-param) (RFC 4028 §5) of a message, in seconds; 0 when there is none.</summary>
    public static uint MinimumOf(SipMessage message) =>
        message[HeaderNames.MinSE] is { } text ? DeltaSeconds.Read(text.Split(';')[0].Trim()) ?? 0 : 0;

    public override string ToString() => RefresherIsUac is { } isUac ? $"{Seconds};refresher={(isUac ? "uac" : "uas")}" : $"{Seconds}";
}
