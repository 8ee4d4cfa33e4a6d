using System.Globalization;

namespace CallCluster.Contracts.Hours;

/// <summary>One span of the week by the clock on the wall, such as "Mon-Fri 09:00-17:30". One that ends before it begins lasts into the next day.</summary>
public sealed class WeeklySpan
{
    public const string MayHold = "days and times such as \"Mon-Fri 09:00-17:30\", \"Sat 22:00-06:00\" or \"Sun 00:00-24:00\"";

    private static readonly string[] DayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    private static readonly TimeSpan Midnight = TimeSpan.FromDays(1);
    private readonly bool[] _begins;
    private readonly TimeSpan _from;
    private readonly TimeSpan _to;

    private WeeklySpan(bool[] begins, TimeSpan from, TimeSpan to) => (_begins, _from, _to) = (begins, from, to);

    /// <summary>Reads <c>DAY[-DAY] HH:MM-HH:MM</c>, a day being one of Mon Tue Wed Thu Fri Sat Sun; days go round (Sat-Mon), 24:00 is the end of the day. False for anything else, an empty span included.</summary>
    public static bool TryParse(string text, out WeeklySpan span)
    {
        span = null!;
        var parts = text.Split(' ');
        if (parts.Length != 2 || !TryParseDays(parts[0], out var begins)) return false;
        var times = parts[1].Split('-');
        if (times.Length != 2 || !TryParseTime(times[0], out var from) || !TryParseTime(times[1], out var to) || from == to || from == Midnight) return false;
        span = new WeeklySpan(begins, from, to);
        return true;
    }

    /// <summary>Whether the span covers the time of day on that day of the week; its end is no more in it.</summary>
    public bool Covers(DayOfWeek day, TimeSpan time)
    {
        if (_from < _to) return _begins[(int)day] && time >= _from && time < _to;
        return (_begins[(int)day] && time >= _from) || (_begins[((int)day + 6) % 7] && time < _to);
    }

    private static bool TryParseDays(string text, out bool[] begins)
    {
        begins = new bool[7];
        var days = text.Split('-');
        var (first, last) = (Array.IndexOf(DayNames, days[0]), Array.IndexOf(DayNames, days[^1]));
        if (days.Length > 2 || first < 0 || last < 0) return false;
        for (var day = first; ; day = (day + 1) % 7)
        {
            begins[day] = true;
            if (day == last) return true;
        }
    }

    private static bool TryParseTime(string text, out TimeSpan time)
    {
        time = Midnight;
        return text == "24:00" || TimeSpan.TryParseExact(text, @"hh\:mm", CultureInfo.InvariantCulture, out time);
    }
}
