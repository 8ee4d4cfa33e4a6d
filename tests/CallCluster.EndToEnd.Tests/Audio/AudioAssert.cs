namespace CallCluster.EndToEnd.Tests.Audio;

/// <summary>What a good call sounds like.</summary>
public static class AudioAssert
{
    /// <summary>
    /// Each caller heard exactly one agent, and that agent exactly this caller; no packet between the first and the last was lost, changed or out of order, and they talked for at
    /// least <paramref name="atLeast"/>.
    /// </summary>
    public static void TalkedInPairs(IReadOnlyList<AudioParty> callers, IReadOnlyList<AudioParty> agents, TimeSpan atLeast)
    {
        var byIdentity = agents.ToDictionary(agent => agent.Identity);
        var faults = new List<string>();
        foreach (var caller in callers)
        {
            if (caller.Heard.Count != 1 || !byIdentity.TryGetValue(caller.Heard.Keys.Single(), out var agent))
            {
                faults.Add($"caller {caller.Identity} heard [{string.Join(',', caller.Heard.Keys)}], garbled {caller.Garbled}, sent {caller.Sent}");
                continue;
            }
            if (!agent.Heard.Keys.SequenceEqual([caller.Identity])) faults.Add($"caller {caller.Identity} heard agent {agent.Identity}, who heard [{string.Join(',', agent.Heard.Keys)}]");
            foreach (var (listener, speaker) in new[] { (caller, agent), (agent, caller) })
                if (listener.Heard.TryGetValue(speaker.Identity, out var packets)) Check(listener, packets, atLeast, faults);
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>Of what the speaker said, the second heard nothing before the first heard the last of it.</summary>
    public static void TookOver(AudioParty first, AudioParty second, int speaker)
    {
        var (last, next) = (first.Heard[speaker].Max, second.Heard[speaker].Min);
        Assert.True(last < next, $"{first.Identity} heard {speaker} up to packet {last}, {second.Identity} from packet {next} on");
    }

    private static void Check(AudioParty listener, SortedSet<int> packets, TimeSpan atLeast, List<string> faults)
    {
        if (packets.Count * 20 < atLeast.TotalMilliseconds) faults.Add($"{listener.Identity} heard {packets.Count} packets only");
        if (packets.Max - packets.Min + 1 != packets.Count) faults.Add($"{listener.Identity} missed {packets.Max - packets.Min + 1 - packets.Count} of {packets.Count} packets");
        if (listener.Garbled != 0) faults.Add($"{listener.Identity} heard {listener.Garbled} garbled packets");
        if (listener.Discontinuities != 0) faults.Add($"{listener.Identity} saw {listener.Discontinuities} breaks in sequence, timestamp or SSRC");
    }
}
