using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>Starts the runs that most tests need: callers of a trunk, and phones of agents that answer, each call with an <see cref="AudioParty"/>.</summary>
public static class SippCalls
{
    public static AudioParty[] Parties(int firstIdentity, int count) => [.. Enumerable.Range(firstIdentity, count).Select(identity => new AudioParty(identity, FreePorts.Block(2)))];

    /// <summary>Phones of all agents at one port that answer after <paramref name="ring"/>.</summary>
    public static Task<SippRun> Agents(ScratchDirectory scratch, int port, IEnumerable<AudioParty> parties, TimeSpan? ring = null, int? contactPort = null, params IEnumerable<string> options) =>
        Agents(scratch, "agent", port, parties, ring, contactPort, options);

    /// <summary>Phones with audio that play another scenario.</summary>
    public static async Task<SippRun> Agents(ScratchDirectory scratch, string scenario, int port, IEnumerable<AudioParty> parties, TimeSpan? ring = null, int? contactPort = null, params IEnumerable<string> options)
    {
        var run = SippRun.Start(scratch, scenario, 9, options: ["-key", "contact", $"{contactPort ?? port}", "-d", $"{(int)(ring ?? TimeSpan.Zero).TotalMilliseconds}", .. options],
            rows: parties.Select(party => $"agent;{party.Port};"), port: port);
        await Eventually.IsTrue(() => Listening.OnUdp(port), "sipp's agents listen");
        return run;
    }

    /// <summary>Phones that play another scenario.</summary>
    public static async Task<SippRun> Agents(ScratchDirectory scratch, int port, string scenario)
    {
        var run = SippRun.Start(scratch, scenario, 9, port: port);
        await Eventually.IsTrue(() => Listening.OnUdp(port), "sipp's agents listen");
        return run;
    }

    /// <summary>A call that an agent's phone makes to <paramref name="dialled"/> by digest, with one more header, and leaves to the other side to end.</summary>
    public static SippRun AgentCalls(ScratchDirectory scratch, int serverPort, string agent, string dialled, AudioParty party, string header = "Subject: call") =>
        Caller(scratch, "agent-calls", serverPort, dialled, party, TimeSpan.Zero, [.. As(agent), "-auth_uri", $"{dialled}@127.0.0.1:{serverPort}", "-key", "header", header]);

    // What a scenario needs to be an agent's phone.
    private static string[] As(string agent, string password = "wonderland") => ["-key", "agent", agent, "-au", agent, "-ap", password];

    /// <summary>Registers an agent's phone that listens on <paramref name="phonePort"/>.</summary>
    public static async Task Register(ScratchDirectory scratch, int serverPort, string agent, int phonePort)
    {
        var registered = await Registers(scratch, serverPort, agent, phonePort, "wonderland");
        Assert.True(registered is { Successful: 1 }, $"{registered}");
    }

    /// <summary>What becomes of registering an agent's phone with this password.</summary>
    public static async Task<SippResult> Registers(ScratchDirectory scratch, int serverPort, string agent, int phonePort, string password)
    {
        await using var run = SippRun.Start(scratch, "agent-registers", serverPort, 1, ["-s", agent, "-key", "contact", $"{phonePort}", .. As(agent, password)]);
        return await run.Finished(TimeSpan.FromSeconds(15));
    }

    /// <summary>Called parties behind a carrier that plays another scenario, each with its party.</summary>
    public static async Task<SippRun> Carrier(ScratchDirectory scratch, int port, string scenario, IEnumerable<AudioParty> parties)
    {
        var run = SippRun.Start(scratch, scenario, 9, options: ["-key", "contact", $"{port}", "-d", "0"], rows: parties.Select(party => $"carrier;{party.Port};"), port: port);
        await Eventually.IsTrue(() => Listening.OnUdp(port), "sipp's carrier listens");
        return run;
    }

    /// <summary>As many calls as there are parties to <paramref name="number"/>, each held for <paramref name="hold"/> once answered.</summary>
    public static SippRun Callers(ScratchDirectory scratch, int serverPort, string number, AudioParty[] parties, TimeSpan hold, int perSecond = 10, int? contactPort = null, params IEnumerable<string> options)
    {
        return Callers(scratch, "caller", serverPort, number, parties, hold, perSecond, contactPort, options);
    }

    /// <summary>One call that plays another scenario; <paramref name="hold"/> is its -d.</summary>
    public static SippRun Caller(ScratchDirectory scratch, string scenario, int serverPort, string number, AudioParty party, TimeSpan hold, params IEnumerable<string> options) =>
        Callers(scratch, scenario, serverPort, number, [party], hold, 1, null, options);

    private static SippRun Callers(ScratchDirectory scratch, string scenario, int serverPort, string number, AudioParty[] parties, TimeSpan hold, int perSecond, int? contactPort, IEnumerable<string> options)
    {
        var port = FreePorts.One();
        return SippRun.Start(scratch, scenario, serverPort, parties.Length,
            ["-s", number, "-d", $"{(int)hold.TotalMilliseconds}", "-r", $"{perSecond}", "-l", $"{parties.Length}", "-key", "contact", $"{contactPort ?? port}", .. options],
            parties.Select(party => $"caller;{party.Port};"), port);
    }
}
