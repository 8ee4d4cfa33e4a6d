using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Trunks;

/// <summary>
/// Channels in use against the trunk's limits. A channel is a leg of a call, never a count (I4), and is freed only by its call: one that was not
/// re-asserted for <see cref="DoubtAfter"/> is asked about (PROTOCOL rule 14). Not stored: the edges' sweeps rebuild it (rule 17).
/// </summary>
public sealed class TrunkMachine(string name, IRoutingConfiguration routing) : Machine<TrunkMessage>
{
    /// <summary>Three missed sweeps of the edges (PROTOCOL rule 15).</summary>
    public static readonly TimeSpan DoubtAfter = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(30);
    private static readonly TrunkOptions Unknown = new();

    private readonly Dictionary<string, Channel> _inbound = [];
    private readonly Dictionary<string, Channel> _outbound = [];
    private readonly DueHeap<Channel> _doubts = new();
    private readonly Tombstones _released = new(TimeSpan.FromSeconds(30), limit: 100_000);
    private readonly CallRate _rate = new();
    private readonly TrunkCaretaker _caretaker = new();
    private readonly long[] _refused = new long[Enum.GetValues<ChannelRefusal>().Length];

    public long Granted { get; private set; }

    public long Refused => _refused.Sum();

    public int Channels => Inbound + Outbound;

    public int Inbound => _inbound.Count;

    public int Outbound => _outbound.Count;

    public int? MaxChannels => Options.MaxChannels;

    public override DateTimeOffset? NextDue => _doubts.NextDue;

    private TrunkOptions Options => routing.Current.Trunks.GetValueOrDefault(name) ?? Unknown;

    /// <summary>How the trunk's peer answers, as its edge told; null when that is not known.</summary>
    public TrunkHealth? Health(DateTimeOffset now) => _caretaker.Health(now);

    /// <summary>An edge reports; the answer says whether it cares for the trunk.</summary>
    public TrunkDuty Attend(TrunkReport report, DateTimeOffset now) => _caretaker.Attend(report, now);

    /// <summary>How often a channel was refused for this reason.</summary>
    public long RefusedFor(ChannelRefusal why) => _refused[(int)why];

    public override void Handle(TrunkMessage message, DateTimeOffset now, Effects effects)
    {
        switch (message)
        {
            case AcquireChannel acquire:
                Acquire(acquire, now, effects);
                break;
            case ChannelHeld held:
                // Taken in even above the limits: the leg exists.
                if (!_released.Contains(KeyOf(held.CallId, held.Leg), now)) Assert(held.CallId, held.Leg, now);
                break;
            case ReleaseChannel release:
                var key = KeyOf(release.CallId, release.Leg);
                _released.Add(key, now);
                if (Of(release.Leg).Remove(key, out var channel)) _doubts.Remove(channel);
                break;
        }
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
        while (_doubts.First is { } channel && channel.DueAt <= now)
        {
            _doubts.Set(channel, now + AskAgainAfter);
            effects.ToCall(channel.CallId, new ChannelInquiry(name, channel.Leg));
        }
    }

    public TrunkView View(DateTimeOffset now)
    {
        var health = Health(now);
        return new TrunkView
        {
            Up = health?.Answers,
            Registered = health?.Registered,
            Detail = health?.Detail,
            Edge = _caretaker.EdgeId,
            Name = name,
            Channels = Channels,
            MaxChannels = MaxChannels,
            Granted = Granted,
            Refused = Refused,
            Inbound = Inbound,
            MaxInbound = Options.MaxInbound,
            Outbound = Outbound,
            MaxOutbound = Options.MaxOutbound,
            CallsPerSecond = Options.CallsPerSecond,
        };
    }

    private void Acquire(AcquireChannel acquire, DateTimeOffset now, Effects effects)
    {
        var (callId, leg) = (acquire.CallId, acquire.Leg);
        var key = KeyOf(callId, leg);
        if (_released.Contains(key, now)) return;
        if (!Of(leg).ContainsKey(key))
        {
            if (Refusal(leg, now) is { } why)
            {
                _refused[(int)why]++;
                effects.ToCall(callId, new ChannelRefused(name, RetryAfter(callId), why, leg));
                return;
            }

            Granted++;
        }

        Assert(callId, leg, now);
        effects.ToCall(callId, new ChannelGranted(name, leg));
    }

    private ChannelRefusal? Refusal(int leg, DateTimeOffset now)
    {
        var options = Options;
        if (leg != 0 && Health(now) is { Answers: false }) return ChannelRefusal.Down;
        if (Channels >= options.MaxChannels) return ChannelRefusal.AllInUse;
        if (leg == 0 && Inbound >= options.MaxInbound) return ChannelRefusal.InboundInUse;
        if (leg != 0 && Outbound >= options.MaxOutbound) return ChannelRefusal.OutboundInUse;
        return _rate.TryBegin(options.CallsPerSecond, now) ? null : ChannelRefusal.TooManyPerSecond;
    }

    // Spread over 2 to 9 s by the call's id, so that refused callers do not come back all at once.
    private static TimeSpan RetryAfter(string callId)
    {
        var hash = 0u;
        foreach (var c in callId) hash = (hash * 31) + c;
        return TimeSpan.FromSeconds(2 + (hash % 8));
    }

    private void Assert(string callId, int leg, DateTimeOffset now)
    {
        var key = KeyOf(callId, leg);
        if (!Of(leg).TryGetValue(key, out var channel)) Of(leg)[key] = channel = new Channel(callId, leg);
        _doubts.Set(channel, now + DoubtAfter);
    }

    private Dictionary<string, Channel> Of(int leg) => leg == 0 ? _inbound : _outbound;

    private static string KeyOf(string callId, int leg) => leg == 0 ? callId : $"{callId}/{leg}";

    private sealed class Channel(string callId, int leg) : DueItem
    {
        public string CallId { get; } = callId;

        public int Leg { get; } = leg;
    }
}
