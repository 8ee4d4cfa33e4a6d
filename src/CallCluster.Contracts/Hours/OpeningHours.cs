using System.Globalization;
using CallCluster.Contracts.Configuration;

namespace CallCluster.Contracts.Hours;

/// <summary>
/// When a calendar is open: a pure function of the moment. It goes by the clock on the wall of its time zone, so an hour that summer time skips is never open, and one that comes twice is open twice.
/// </summary>
public sealed class OpeningHours
{
    private readonly TimeZoneInfo _zone;
    private readonly WeeklySpan[] _open;
    private readonly HashSet<DateOnly> _closed = [];

    /// <exception cref="FormatException">A span or a date cannot be read; a checked configuration has none such.</exception>
    /// <exception cref="TimeZoneNotFoundException">This machine does not know the time zone.</exception>
    public OpeningHours(HoursOptions options)
    {
        _zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);
        _open = [.. options.Open.Select(text => WeeklySpan.TryParse(text, out var span) ? span : throw new FormatException($"\"{text}\" is no {WeeklySpan.MayHold}."))];
        foreach (var text in options.Closed) _closed.Add(TryParseDate(text, out var date) ? date : throw new FormatException($"\"{text}\" is no date."));
    }

    /// <summary>Reads <c>yyyy-MM-dd</c>.</summary>
    public static bool TryParseDate(string text, out DateOnly date) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    public bool IsOpen(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, _zone);
        if (_closed.Contains(DateOnly.FromDateTime(local.DateTime))) return false;
        foreach (var span in _open)
        {
            if (span.Covers(local.DayOfWeek, local.TimeOfDay)) return true;
        }

        return false;
    }

    /// <summary>The first full minute from <paramref name="from"/> on at which it is open, or <paramref name="until"/> when there is none before. Looks at each minute: not for what comes often.</summary>
    public DateTimeOffset OpensAt(DateTimeOffset from, DateTimeOffset until)
    {
        var at = new DateTimeOffset(from.UtcTicks - (from.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        while (at < from || !IsOpen(at))
        {
            at += TimeSpan.FromMinutes(1);
            if (at >= until) return until;
        }

        return at;
    }
}
