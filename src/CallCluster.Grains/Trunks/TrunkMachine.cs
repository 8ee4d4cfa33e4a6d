using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Trunks;

/// <summary>
/// Channels in use against the trunk's limit. A channel is a call's id, never a count (I4), and is freed only by its call: one that was not
/// re-asserted for <see cref="DoubtAfter"/> is asked about (PROTOCOL rule 14). Not stored: the edges' sweeps rebuild it (rule 17).
/// </summary>
public sealed class TrunkMachine(string name, IRoutingConfiguration routing) : Machine<TrunkMessage>
{
    /// <summary>Three missed sweeps of the edges (PROTOCOL rule 15).</summary>
    public static readonly TimeSpan DoubtAfter = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Channel> _channels = [];
    private readonly DueHeap<Channel> _doubts = new();
    private readonly Tombstones _released = new(TimeSpan.FromSeconds(30), limit: 100_000);

    public long Granted { get; private set; }

    public long Refused { get; private set; }

    public int Channels => _channels.Count;

    public int? MaxChannels => routing.Current.Trunks.GetValueOrDefault(name)?.MaxChannels;

    public override DateTimeOffset? NextDue => _doubts.NextDue;

    public override void Handle(TrunkMessage message, DateTimeOffset now, Effects effects)
    {
        switch (message)
        {
            case AcquireChannel acquire:
                Acquire(acquire.CallId, now, effects);
                break;
            case ChannelHeld held:
                // Taken in even above the limit: the call exists.
                if (!_released.Contains(held.CallId, now)) Assert(held.CallId, now);
                break;
            case ReleaseChannel release:
                _released.Add(release.CallId, now);
                if (_channels.Remove(release.CallId, out var channel)) _doubts.Remove(channel);
                break;
        }
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
        while (_doubts.First is { } channel && channel.DueAt <= now)
        {
            _doubts.Set(channel, now + AskAgainAfter);
            effects.ToCall(channel.CallId, new ChannelInquiry(name));
        }
    }

    public TrunkView View() => new(name, Channels, MaxChannels, Granted, Refused);

    private void Acquire(string callId, DateTimeOffset now, Effects effects)
    {
        if (_released.Contains(callId, now)) return;
        if (!_channels.ContainsKey(callId))
        {
            if (MaxChannels is { } max && _channels.Count >= max)
            {
                Refused++;
                effects.ToCall(callId, new ChannelRefused(name, RetryAfter(callId)));
                return;
            }

            Granted++;
        }

        Assert(callId, now);
        effects.ToCall(callId, new ChannelGranted(name));
    }

    // Spread over 2 to 9 s by the call's id, so that refused callers do not come back all at once.
    private static TimeSpan RetryAfter(string callId)
    {
        var hash = 0u;
        foreach (var c in callId) hash = (hash * 31) + c;
        return TimeSpan.FromSeconds(2 + (hash % 8));
    }

    private void Assert(string callId, DateTimeOffset now)
    {
        if (!_channels.TryGetValue(callId, out var channel)) _channels[callId] = channel = new Channel(callId);
        _doubts.Set(channel, now + DoubtAfter);
    }

    private sealed class Channel(string callId) : DueItem
    {
        public string CallId { get; } = callId;
    }
}
