using System.Globalization;

namespace CallCluster.Edge.Legs;

/// <summary>The Retry-After header (RFC 3261 20.33), spread a little so that refused callers do not return all at once.</summary>
internal static class RetryAfter
{
    public static (string Name, string Value) Header(TimeSpan pause) =>
        ("Retry-After", Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture));

    /// <summary>5 to 14 seconds.</summary>
    public static TimeSpan Jittered() => TimeSpan.FromSeconds(Random.Shared.Next(5, 15));
}
