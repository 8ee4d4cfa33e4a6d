using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>
/// Many seeds through all machines. CALLCLUSTER_SEED plays one seed and prints its history; CALLCLUSTER_SEEDS sets how many are played (10,000).
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 10_000;

    [Fact]
    public void The_invariants_hold_over_many_seeds()
    {
        if (Number("CALLCLUSTER_SEED") is { } seed)
        {
            Play(seed);
            return;
        }

        var seeds = Number("CALLCLUSTER_SEEDS") ?? Seeds;
        long messages = 0, calls = 0;
        var broken = new ConcurrentDictionary<int, Exception>();
        var began = Stopwatch.GetTimestamp();
        Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, next =>
        {
            var simulator = new Simulator(next);
            try
            {
                simulator.Run();
            }
            catch (Exception exception)
            {
                broken[next] = exception;
            }

            Interlocked.Add(ref messages, simulator.Messages);
            Interlocked.Add(ref calls, simulator.CallsOffered);
        });
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (!broken.IsEmpty) Assert.Fail($"{broken.Count} of {seeds} seeds fail; the first:\n" + string.Join('\n', broken.OrderBy(failure => failure.Key).Take(5).Select(failure => $"Seed {failure.Key}: {failure.Value.Message}")));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seeds} seeds in {seconds:F1} s ({seeds / seconds:F0} seeds/s), {calls} calls, {(double)messages / calls:F0} messages per call, heartbeats and repeats included"));
    }

    [Theory]
    [InlineData(Plant.AgentAcceptsTwo, "I1")]
    [InlineData(Plant.QueueForgetsWhoLeft, "I3")]
    [InlineData(Plant.AgentNotReleased, "all released")]
    [InlineData(Plant.ChannelNotReleased, "all released")]
    [InlineData(Plant.OutboundChannelNotReleased, "all released")]
    [InlineData(Plant.RecordNotWritten, "")]
    [InlineData(Plant.TicketNotStored, "")]
    [InlineData(Plant.TicketNotAnnounced, "I5 every ticket is told")]
    [InlineData(Plant.AgentSilent, "I3")]
    [InlineData(Plant.PlaceLost, "I6")]
    [InlineData(Plant.SupervisorNotReleased, "all released")]
    [InlineData(Plant.SupervisorHearsNothing, "a supervisor hears")]
    [InlineData(Plant.HeldTalkOn, "who is on hold")]
    [InlineData(Plant.StepsBeginAtOnce, "no caller is sent")]
    [InlineData(Plant.StepsNeverBegin, "I3")]
    [InlineData(Plant.StepsNeverWiden, "I3")]
    [InlineData(Plant.SecondAnswerStays, "one agent has the call")]
    [InlineData(Plant.LogoutsUnheard, "I3")]
    [InlineData(Plant.LastComeFirst, "no caller is passed over")]
    [InlineData(Plant.CallbacksAsleep, "all released")]
    [InlineData(Plant.CallbackWithoutTicket, "every callback ends")]
    [InlineData(Plant.ToldPositionForgotten, "a place that was told")]
    [InlineData(Plant.MusicStops, "who waits hears music")]
    [InlineData(Plant.StickinessForgotten, "a caller comes to the agent")]
    [InlineData(Plant.QueueNeverCloses, "nobody is sent to an agent while")]
    [InlineData(Plant.AbandonedUncounted, "statistics agree")]
    [InlineData(Plant.AnswerUncounted, "statistics agree")]
    internal void A_planted_bug_is_found(Plant plant, string invariant)
    {
        // Some bugs show only after a crash, which every fourth seed has, without loss.
        for (var seed = plant == Plant.CallbacksAsleep ? 2 : 0; seed < 8000; seed += 4)
        {
            try
            {
                new Simulator(seed, plant).Run();
            }
            catch (InvariantBrokenException broken) when (broken.Invariant.StartsWith(invariant, StringComparison.Ordinal))
            {
                output.WriteLine($"{plant}: found by seed {seed}: {broken.Message}");
                return;
            }
            catch (InvariantBrokenException)
            {
                // The same bug may show first in something that follows from it.
            }
        }

        Assert.Fail($"{plant} was not found in 2,000 seeds.");
    }

    [Fact]
    public void A_seed_plays_the_same_each_time()
    {
        foreach (var seed in (int[])[1, 2, 3, 4])
        {
            var first = new Simulator(seed);
            first.Run();
            var second = new Simulator(seed);
            second.Run();
            Assert.Equal((first.Messages, first.Now, first.Records.Count), (second.Messages, second.Now, second.Records.Count));
        }
    }

    private void Play(int seed)
    {
        var simulator = new Simulator(seed);
        try
        {
            simulator.Run();
        }
        catch (InvariantBrokenException broken)
        {
            output.WriteLine(broken.History);
            throw;
        }

        output.WriteLine($"Seed {seed} holds: {simulator.CallsOffered} calls, {simulator.Messages} messages, {simulator.Now - Simulator.Start} of virtual time.");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
