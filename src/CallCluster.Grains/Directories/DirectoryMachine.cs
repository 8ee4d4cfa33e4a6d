using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Directories;

/// <summary>Lists ids, newest first; each once, at most <see cref="Limit"/>.</summary>
public sealed class DirectoryMachine(DirectoryState? stored) : Machine<DirectoryChange>
{
    public const int Limit = 5000;

    private readonly HashSet<string> _known = [.. stored?.Ids ?? []];

    public DirectoryState State { get; } = stored ?? new DirectoryState();

    public override DateTimeOffset? NextDue => null;

    public override void Handle(DirectoryChange message, DateTimeOffset now, Effects effects)
    {
        if (message.Listed)
        {
            if (!_known.Add(message.Id)) return;
            State.Ids.Add(message.Id);
            if (State.Ids.Count > Limit)
            {
                _known.Remove(State.Ids[0]);
                State.Ids.RemoveAt(0);
            }
        }
        else
        {
            if (!_known.Remove(message.Id)) return;
            State.Ids.Remove(message.Id);
        }

        effects.Persist();
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
    }

    public string[] List(int limit)
    {
        var count = Math.Clamp(limit, 0, State.Ids.Count);
        var newest = new string[count];
        for (var i = 0; i < count; i++) newest[i] = State.Ids[State.Ids.Count - 1 - i];
        return newest;
    }
}
