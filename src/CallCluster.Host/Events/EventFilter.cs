using CallCluster.Contracts.Events;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Api.Problems;

namespace CallCluster.Host.Events;

/// <summary>Which events a client gets: those of the types and subjects that it names, and of these what its key may see.</summary>
internal sealed class EventFilter
{
    /// <summary>Types, and subjects, that one request may name.</summary>
    public const int Most = 50;
    private readonly ApiCaller _caller;
    private readonly HashSet<EventKind> _kinds;
    private readonly HashSet<string> _subjects;

    /// <param name="types">Names, or patterns such as <c>ticket.*</c>; none for all.</param>
    /// <param name="subjects">Ids of calls, agents and tickets; none for all.</param>
    /// <param name="caller">Whose request it is.</param>
    /// <exception cref="FieldException">A type is none, or there are too many.</exception>
    public EventFilter(string[] types, string[] subjects, ApiCaller caller)
    {
        if (types.Length > Most) throw new FieldException("type", $"type may stand {Most} times.");
        if (subjects.Length > Most) throw new FieldException("subject", $"subject may stand {Most} times.");
        foreach (var type in types)
            if (!EventKinds.Matching(type).Any()) throw new FieldException("type", $"type is {type}, may be {string.Join(", ", EventKinds.All)}, or a pattern such as ticket.*.");
        _caller = caller;
        _kinds = [.. types.DefaultIfEmpty("*").SelectMany(EventKinds.Matching)];
        _subjects = [.. subjects];
    }

    public bool Takes(ClusterEvent happened) => _kinds.Contains(happened.Kind) && (_subjects.Count == 0 || _subjects.Contains(happened.Subject)) && _caller.Sees(happened.Agent);
}
