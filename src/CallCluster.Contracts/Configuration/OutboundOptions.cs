namespace CallCluster.Contracts.Configuration;

/// <summary>
/// Calls to numbers and URIs outside. Denied unless allowed: a destination that is written in the configuration is allowed as it stands, what anybody dials or asks
/// for only within <see cref="Allow"/>. All of it goes through trunks, chosen by <see cref="Routes"/>.
/// </summary>
public sealed record OutboundOptions
{
    /// <summary>Beginnings of numbers (<c>+44</c>, <c>1</c>) and SIP domains (<c>partner.example</c>) that agents may dial. Empty: none.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>Which trunks carry what: of the routes that fit, the one with the longest prefix.</summary>
    public IReadOnlyList<OutboundRouteOptions> Routes { get; init; } = [];

    /// <summary>Number shown to called parties; null: the caller's own.</summary>
    public string? CallerId { get; init; }

    /// <summary>ISO 3166 code of the country in which agents dial numbers without plus; null: they are looked at as dialled.</summary>
    public string? DefaultCountry { get; init; }

    /// <summary>How long a called party may ring.</summary>
    public TimeSpan RingTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether somebody may dial the destination (<c>tel:</c> or <c>sip:</c>).</summary>
    public bool Allows(Destination to)
    {
        if (!OutboundTarget.TryParse(to, out var target)) return false;
        foreach (var entry in Allow)
            if (target.Fits(entry)) return true;
        return false;
    }

    /// <summary>The trunks that carry calls to the destination, in the order in which they are tried; empty when no route fits.</summary>
    public IReadOnlyList<string> TrunksFor(Destination to)
    {
        OutboundRouteOptions? best = null;
        if (OutboundTarget.TryParse(to, out var target))
        {
            foreach (var route in Routes)
                if (target.Fits(route.Prefix ?? route.Domain!) && (best is null || route.Prefix?.Length > best.Prefix?.Length)) best = route;
        }

        return best?.Trunks ?? [];
    }
}

/// <summary>Trunks for one kind of destination: either a prefix or a domain.</summary>
public sealed record OutboundRouteOptions
{
    /// <summary>Beginning of the numbers, with plus when they have one.</summary>
    public string? Prefix { get; init; }

    /// <summary>Domain of the SIP URIs.</summary>
    public string? Domain { get; init; }

    /// <summary>Tried in this order: the next when one has no channel, answers with 5xx, or not at all.</summary>
    public required IReadOnlyList<string> Trunks { get; init; }
}
