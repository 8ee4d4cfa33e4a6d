using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Dialogs;

/// <summary>All sessions, and which of them carries which dialog: a forked INVITE's session has several, a new one none. Under the endpoint's lock.</summary>
internal sealed class DialogTable
{
    private readonly Dictionary<DialogId, InviteSession> _dialogs = [];
    private readonly HashSet<InviteSession> _sessions = [];

    internal int DialogCount => _dialogs.Count;

    internal int SessionCount => _sessions.Count;

    internal void Add(InviteSession session) => _sessions.Add(session);

    internal void Remove(InviteSession session) => _sessions.Remove(session);

    internal void Add(DialogId id, InviteSession session) => _dialogs[id] = session;

    internal void Remove(DialogId id, InviteSession session)
    {
        if (_dialogs.GetValueOrDefault(id) == session)
            _dialogs.Remove(id);
    }

    internal InviteSession? Find(DialogId id) => _dialogs.GetValueOrDefault(id);

    /// <summary>Whether a dialog's flow is this connection. Looks at all: for connections that were silent for long, not for messages.</summary>
    internal bool Use(SipConnection connection) => _sessions.Any(session => session.Dialog?.Flow?.Connection == connection);

    /// <summary>Removes and returns all sessions: the endpoint closes.</summary>
    internal InviteSession[] Drain()
    {
        InviteSession[] sessions = [.. _sessions];
        _sessions.Clear();
        _dialogs.Clear();
        return sessions;
    }
}
