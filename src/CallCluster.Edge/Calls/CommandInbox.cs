using CallCluster.Contracts.Calls;

namespace CallCluster.Edge.Calls;

/// <summary>
/// Puts the CallGrain's commands in order and lets each through once (PROTOCOL rule 4): a lower (epoch, incarnation) is refused, a higher
/// incarnation begins ids anew at 1, a gap waits until the grain sends the missing command again.
/// </summary>
internal sealed class CommandInbox
{
    /// <summary>Most commands held back behind a gap; more are dropped and come again.</summary>
    private const int MaxHeld = 64;

    private readonly SortedList<long, CallCommand> _held = [];
    private int _epoch = 1;

    /// <summary>The highest incarnation seen; 0 before the first.</summary>
    public long Incarnation { get; private set; }

    /// <summary>The last command let through without a gap.</summary>
    public long LastCommand { get; private set; }

    /// <summary>Whether the last batch came from another activation than those before it.</summary>
    public bool IsTakenOver { get; private set; }

    /// <summary>Adds a batch to <paramref name="ready"/> as far as its commands are next in order; false when it was refused as outdated.</summary>
    public bool Accept(CallCommands batch, List<CallCommand> ready)
    {
        if (batch.Epoch < _epoch || (batch.Epoch == _epoch && batch.Incarnation < Incarnation)) return false;
        IsTakenOver = false;
        if (batch.Epoch > _epoch || batch.Incarnation > Incarnation)
        {
            // One that knew the call may have died before it had said anything.
            IsTakenOver = Incarnation != 0 || batch.KnowsNothing;
            _epoch = batch.Epoch;
            Incarnation = batch.Incarnation;
            LastCommand = 0;
            _held.Clear();
        }

        foreach (var command in batch.Commands)
            if (command.Id == LastCommand + 1 || (command.Id > LastCommand && _held.Count < MaxHeld))
                _held.TryAdd(command.Id, command);

        while (_held.Count > 0 && _held.GetKeyAtIndex(0) == LastCommand + 1)
        {
            ready.Add(_held.GetValueAtIndex(0));
            _held.RemoveAt(0);
            LastCommand++;
        }

        return true;
    }
}
