namespace CallCluster.Contracts.Configuration;

/// <summary>A calendar of weekly hours and holidays; what it says is <see cref="Hours.OpeningHours"/>.</summary>
public sealed record HoursOptions
{
    /// <summary>IANA name of the time zone that the hours are meant in, such as Europe/Berlin.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Spans of the week by the clock on the wall: "Mon-Fri 09:00-17:30", "Sat 22:00-06:00" (into Sunday), "Mon-Sun 00:00-24:00".</summary>
    public IReadOnlyList<string> Open { get; init; } = [];

    /// <summary>Dates, "2026-12-25", on which nothing is open from midnight to midnight.</summary>
    public IReadOnlyList<string> Closed { get; init; } = [];
}
