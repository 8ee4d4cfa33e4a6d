using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Dialogs;

/// <summary>Which session carries which dialog; a forked INVITE's session has several. Under the endpoint's lock.</summary>
internal sealed class DialogTable
{
    private readonly Dictionary<DialogId, InviteSession> _sessions = [];

    internal int Count => _sessions.Count;

    internal void Add(DialogId id, InviteSession session) => _sessions[id] = session;

    internal void Remove(DialogId id) => _sessions.Remove(id);

    internal InviteSession? Find(DialogId id) => _sessions.GetValueOrDefault(id);

    /// <summary>Removes and returns all sessions: the endpoint closes.</summary>
    internal IReadOnlyCollection<InviteSession> Drain()
    {
        var sessions = _sessions.Values.ToHashSet();
        _sessions.Clear();
        return sessions;
    }
}
