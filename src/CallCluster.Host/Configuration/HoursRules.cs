using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Hours;

namespace CallCluster.Host.Configuration;

/// <summary>What a calendar may hold.</summary>
internal static class HoursRules
{
    public static void Check(HoursOptions hours, string path, ConfigurationErrors errors)
    {
        // Some systems know names of their own beside those of IANA; a configuration shall mean the same everywhere.
        if (hours.TimeZone is { } zone && !(TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && (found.HasIanaId || zone == "UTC")))
            errors.Wrong($"{path}:TimeZone", zone, "an IANA time zone that this machine knows, such as \"Europe/Berlin\" (package tzdata)");
        if (hours.Open.Count == 0) errors.Missing($"{path}:Open", $"at least one of {WeeklySpan.MayHold}");
        foreach (var (i, span) in hours.Open.Index())
        {
            if (!WeeklySpan.TryParse(span, out _)) errors.Wrong($"{path}:Open:{i}", span, WeeklySpan.MayHold);
        }

        foreach (var (i, date) in hours.Closed.Index())
        {
            if (!OpeningHours.TryParseDate(date, out _) || hours.Closed.Take(i).Contains(date, StringComparer.Ordinal)) errors.Wrong($"{path}:Closed:{i}", date, "a date such as \"2026-12-25\", each once");
        }
    }
}
