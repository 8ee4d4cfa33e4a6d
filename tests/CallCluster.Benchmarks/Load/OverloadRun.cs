using System.Globalization;
using System.Net;
using CallCluster.EndToEnd.Tests.Traffic;

namespace CallCluster.Benchmarks.Load;

/// <summary>
/// An edge offered its capacity, ten times as much, and its capacity again. Capacity is given by Media:MaxCalls and the time a call is held. Ends well when at ten times
/// as many calls a second are carried as at once, less a tenth at most, none of them lost, memory has not grown, and the edge is itself again at once. A phase lasts longer than the 32 s for
/// which SIP's timers keep what is left of a call (64*T1): before, memory still grows to what the capacity costs.
/// </summary>
internal sealed class OverloadRun(int maxCalls, TimeSpan phase)
{
    private const double LeastShare = 0.90;
    private const double AllowedGrowth = 1.10;
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(500);

    private double Capacity => maxCalls / Hold.TotalSeconds;

    public async Task<int> Run()
    {
        await using var server = await ServerUnderTest.CallCluster($$"""{ "CallCluster": { "Media": { "MaxCalls": {{maxCalls}} } } }""");
        await using var traffic = await CallTraffic.StartAsync(new IPEndPoint(IPAddress.Loopback, 5060), 7001, _ => new CallPlan { Number = "6000", HangsUpAfter = Hold }, _ => new AgentPlan());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{maxCalls} calls at once, held {Hold.TotalSeconds} s: {Capacity:0} calls/s"));
        await Offer(server, traffic, "warm-up", 0.5, TimeSpan.FromSeconds(5));
        var peak = await Offer(server, traffic, "peak", 1.2, phase);
        var flood = await Offer(server, traffic, "ten times", 10, phase);
        var again = await Offer(server, traffic, "and then", 1.2, phase);

        var good = flood.Goodput >= LeastShare * peak.Goodput && again.Goodput >= LeastShare * peak.Goodput && Math.Max(flood.Memory, again.Memory) <= AllowedGrowth * peak.Memory
            && peak.Lost + flood.Lost + again.Lost == 0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"at ten times the capacity {flood.Goodput / peak.Goodput:P0} of the peak is carried, afterwards {again.Goodput / peak.Goodput:P0}: {(good ? "good" : "NOT good")}"));
        return good ? 0 : 1;
    }

    private async Task<(double Goodput, int Lost, long Memory)> Offer(ServerUnderTest server, CallTraffic traffic, string name, double times, TimeSpan time)
    {
        var (before, cpu) = (traffic.Counts, server.CpuTime());
        await traffic.OfferAsync(times * Capacity, time);
        var (offered, used) = (traffic.Counts, server.CpuTime() - cpu);
        await traffic.FinishAsync(TimeSpan.FromSeconds(40));
        var after = traffic.Counts;
        var goodput = (offered.Answered - before.Answered) / time.TotalSeconds;
        var setup = traffic.TakeSetupTimes();
        var memory = server.Memory();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: offered {(offered.Started - before.Started) / time.TotalSeconds:0}/s, carried {goodput:0.0}/s, refused {(after.Unavailable - before.Unavailable) / time.TotalSeconds:0}/s with 503, {after.Lost - before.Lost} lost, {after.Rejected - before.Rejected} refused otherwise; INVITE to 200 p50 / p99 {At(setup, .5):0.0} / {At(setup, .99):0.0} ms; {used.TotalSeconds / time.TotalSeconds:0.00} cores, {memory >> 20} MB"));
        return (goodput, after.Lost - before.Lost + after.Rejected - before.Rejected, memory);
    }

    private static double At(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}
