using System.Text;

namespace CallCluster.Contracts.Events;

/// <summary>Names of kinds of event, and the patterns that choose among them.</summary>
public static class EventKinds
{
    private static readonly string[] Names = [.. Enum.GetNames<EventKind>().Select(Spell)];

    /// <summary>All names, in the order of <see cref="EventKind"/>.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>Of a moment, and told to whoever listens then: no owner keeps it until it is delivered, as webhooks need.</summary>
    public static bool IsLive(this EventKind kind) => kind is EventKind.CallChanged or EventKind.AgentChanged;

    /// <summary>Names of the kinds that are kept until they are delivered.</summary>
    public static IEnumerable<string> Kept => Enum.GetValues<EventKind>().Where(kind => !kind.IsLive()).Select(Name);

    /// <summary>The name under which the kind is told: "ticket.created".</summary>
    public static string Name(this EventKind kind) => Names[(int)kind];

    /// <summary>The kinds that a pattern means: a name, "ticket.*", or "*" for all. Empty when it means none.</summary>
    public static IEnumerable<EventKind> Matching(string pattern) =>
        Enum.GetValues<EventKind>().Where(kind => pattern.EndsWith('*') ? IsGroup(pattern) && kind.Name().StartsWith(pattern[..^1], StringComparison.Ordinal) : kind.Name() == pattern);

    private static bool IsGroup(string pattern) => pattern == "*" || pattern.EndsWith(".*", StringComparison.Ordinal);

    private static string Spell(string name)
    {
        var spelt = new StringBuilder(name.Length + 1);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && spelt.Length > 0) spelt.Append('.');
            spelt.Append(char.ToLowerInvariant(letter));
        }
        return spelt.ToString();
    }
}
