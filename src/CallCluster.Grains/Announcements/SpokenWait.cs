using System.Globalization;
using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Announcements;

/// <summary>
/// A place in line and an estimated wait as prompts, one after another. Few numbers are ever said, so that few files say them in any language, and rounded to what is true: a place beyond the last
/// number as one after it, a wait always up.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>position-next: "you are next in line"</item>
/// <item>position, number-N: "your place in line is", "three"</item>
/// <item>position-beyond, number-N: "your place in line is after number", "ten"</item>
/// <item>wait-below-minute: "you will wait less than a minute"</item>
/// <item>wait, number-N, minutes: "you will wait about", "five", "minutes"</item>
/// <item>wait-beyond, number-N, minutes: "you will wait more than", "thirty", "minutes"</item>
/// </list>
/// </remarks>
public static class SpokenWait
{
    private static readonly int[] Places = [2, 3, 4, 5, 6, 7, 8, 9, 10];
    private static readonly int[] PlacesToBeBeyond = [10, 15, 20, 30];
    private static readonly int[] Minutes = [2, 3, 4, 5, 10, 15, 20, 30];

    /// <summary>All prompts that the announcements of a queue may need to say numbers.</summary>
    public static IReadOnlyList<string> PromptsOf(AnnounceOptions announce)
    {
        var prompts = new List<string>();
        if (announce.Position) prompts.AddRange(["position-next", "position", "position-beyond", .. Places.Select(Number), .. PlacesToBeBeyond.Select(Number)]);
        if (announce.EstimatedWait) prompts.AddRange(["wait-below-minute", "wait", "wait-beyond", "minutes", .. Minutes.Select(Number)]);
        return [.. prompts.Distinct()];
    }

    /// <summary>A place in line, from 1.</summary>
    public static string[] Position(int position) => position switch
    {
        <= 1 => ["position-next"],
        _ when position <= Places[^1] => ["position", Number(position)],
        _ => ["position-beyond", Number(Array.FindLast(PlacesToBeBeyond, place => place < position))],
    };

    /// <summary>A wait that is yet to come.</summary>
    public static string[] Wait(TimeSpan wait) => wait.TotalMinutes switch
    {
        < 1 => ["wait-below-minute"],
        var minutes when minutes <= Minutes[^1] => ["wait", Number(Array.Find(Minutes, said => said >= minutes)), "minutes"],
        _ => ["wait-beyond", Number(Minutes[^1]), "minutes"],
    };

    private static string Number(int number) => string.Create(CultureInfo.InvariantCulture, $"number-{number}");
}
