using CallCluster.Media.Engine;

namespace CallCluster.Media.Mixing;

/// <summary>
/// Streams of one engine that hear each other by a matrix: a conference, or a supervisor who listens, whispers or barges in. Mixed at 8000 Hz in 16-bit, every 20 ms, whatever codecs and
/// packets the members have. A stream is in one bridge or mix at a time; <see cref="MediaStream.Bridge"/>, <see cref="MediaStream.Unbridge"/> and its end take it out, which the others do not notice.
/// </summary>
/// <remarks>
/// A mix lives on one media thread for good, and who joins moves there, so that mixing takes no lock. It needs no end: without members nothing is left of it but memory.
/// </remarks>
public sealed class MediaMix
{
    private const int TickMilliseconds = 20;

    // Later than this many ticks, a stalled thread does not catch up with a burst but goes on from now.
    private const int MaxTicksBehind = 5;
    private readonly MediaEngine _engine;
    private readonly Lock _lock = new();
    private readonly List<MixMember> _present = [];
    private readonly TimerEntry _timer;
    private MixMember[] _asked = [];

    internal MediaMix(MediaEngine engine, MediaThread thread)
    {
        _engine = engine;
        Thread = thread;
        _timer = new TimerEntry(Tick);
    }

    internal MediaThread Thread { get; }

    /// <summary>Members that are here now; on the mix's thread only.</summary>
    internal List<MixMember> Present => _present;

    /// <summary>
    /// Sets who is in the mix and who hears whom, in place of what was set before. Who stays is heard without a gap; who is new leaves its bridge, and what it was played ends; who is not
    /// named hears nothing any more.
    /// </summary>
    /// <exception cref="ArgumentException">A stream is named twice, hears itself or one that is no member, or is of another engine.</exception>
    public void Set(IReadOnlyList<MixHearing> hearings)
    {
        lock (_lock)
        {
            var members = new MixMember[hearings.Count];
            for (var i = 0; i < members.Length; i++)
            {
                var stream = hearings[i].Listener;
                if (stream.Engine != _engine)
                    throw new ArgumentException("Only streams of one engine can be mixed.", nameof(hearings));
                if (Find(members.AsSpan(0, i), stream) is not null)
                    throw new ArgumentException("A stream is in a mix once.", nameof(hearings));
                members[i] = Find(_asked, stream) ?? new MixMember(this, stream);
            }
            var heard = new MixMember[members.Length][];
            for (var i = 0; i < members.Length; i++)
            {
                heard[i] = [.. hearings[i].Hears.Select(stream => Find(members, stream) ?? throw new ArgumentException("Only members of the mix can be heard in it.", nameof(hearings)))];
                if (heard[i].Contains(members[i]) || heard[i].Distinct().Count() < heard[i].Length)
                    throw new ArgumentException("A member hears others, each once.", nameof(hearings));
            }

            var order = _engine.NextOrder();
            foreach (var member in _asked)
            {
                if (!members.Contains(member))
                    member.Stream.Post(() => member.Stream.LeaveMix(member, order));
            }
            for (var i = 0; i < members.Length; i++)
            {
                var (member, hears) = (members[i], heard[i]);
                member.Stream.Post(() => member.Stream.JoinMix(member, hears, order));
            }
            _asked = members;
        }
    }

    internal void Add(MixMember member)
    {
        member.Clear();
        _present.Add(member);
        if (!_timer.IsArmed)
            Thread.Wheel.Arm(_timer, Thread.Now / 1000 + TickMilliseconds);
    }

    internal void Remove(MixMember member)
    {
        _present.Remove(member);
        member.Clear();
        member.Hears = [];
        if (_present.Count == 0)
            Thread.Wheel.Disarm(_timer);
    }

    private void Tick(long now)
    {
        var due = _timer.Due;
        if (due < now / 1000 - MaxTicksBehind * TickMilliseconds)
        {
            due = now / 1000;
            foreach (var member in _present)
                member.Stream.BreakMixed();
        }
        // Before anything can fail: a defect that one member meets must not silence the others for good.
        Thread.Wheel.Arm(_timer, due + TickMilliseconds);
        foreach (var member in _present)
            member.Take();
        foreach (var member in _present)
        {
            try
            {
                member.Stream.SendMixed(member, due * 1000, now);
            }
            catch (Exception e)
            {
                Thread.Fault(e, member.Stream.LocalPort);
            }
        }
    }

    private static MixMember? Find(ReadOnlySpan<MixMember> members, MediaStream stream)
    {
        foreach (var member in members)
        {
            if (member.Stream == stream)
                return member;
        }
        return null;
    }
}
