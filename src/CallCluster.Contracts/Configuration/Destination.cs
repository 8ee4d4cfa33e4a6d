namespace CallCluster.Contracts.Configuration;

/// <summary>Where a call goes: one string everywhere in configuration and API (DESIGN section 7), such as <c>queue:support</c>.</summary>
/// <param name="Kind">What comes before the colon.</param>
/// <param name="Target">What comes after it.</param>
public readonly record struct Destination(DestinationKind Kind, string Target)
{
    /// <summary>Parses <c>kind:target</c>; false for an unknown kind or an empty target.</summary>
    public static bool TryParse(string? text, out Destination destination)
    {
        destination = default;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon <= 0 || colon == text!.Length - 1) return false;
        if (!Enum.TryParse<DestinationKind>(text.AsSpan(0, colon), ignoreCase: true, out var kind) || !text.AsSpan(0, colon).SequenceEqual(Name(kind))) return false;
        destination = new Destination(kind, text[(colon + 1)..]);
        return true;
    }

    /// <summary>The queue of a <see cref="DestinationKind.Queue"/>.</summary>
    public string Queue => Target.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? Target[..slash] : Target;

    /// <summary>The one agent of the queue for whom the caller is, <c>queue:NAME/AGENT</c>; null for any.</summary>
    public string? AgentOfQueue => Target.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? Target[(slash + 1)..] : null;

    /// <summary>Parses text that validation has accepted.</summary>
    /// <exception cref="FormatException">The text is no destination.</exception>
    public static Destination Parse(string text) =>
        TryParse(text, out var destination) ? destination : throw new FormatException($"'{text}' is no destination; it may be queue:NAME, queue:NAME/AGENT, agent:ID, voicemail:BOX, flow:NAME, tel:NUMBER, sip:URI, callback:QUEUE, hangup:CODE.");

    public override string ToString() => $"{Name(Kind)}:{Target}";

    private static string Name(DestinationKind kind) => kind switch
    {
        DestinationKind.Queue => "queue",
        DestinationKind.Agent => "agent",
        DestinationKind.Voicemail => "voicemail",
        DestinationKind.Flow => "flow",
        DestinationKind.Hangup => "hangup",
        DestinationKind.Ai => "ai",
        DestinationKind.Sip => "sip",
        DestinationKind.Tel => "tel",
        DestinationKind.Callback => "callback",
        _ => "",
    };
}

/// <summary>The kinds of destination. Ai is refused by validation as not yet supported.</summary>
public enum DestinationKind { Queue, Agent, Voicemail, Flow, Hangup, Ai, Sip, Tel, Callback }
