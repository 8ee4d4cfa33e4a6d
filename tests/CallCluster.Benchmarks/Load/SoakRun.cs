using System.Globalization;
using System.Net;
using CallCluster.EndToEnd.Tests.Traffic;

namespace CallCluster.Benchmarks.Load;

/// <summary>
/// Half an hour at half of what the server can do, with calls that end in every state. Ends well when nothing of any call is left and memory is where it was after a
/// first tenth of the time.
/// </summary>
internal sealed class SoakRun(TimeSpan time, int seed, double callsPerSecond)
{
    private const double AllowedGrowth = 1.10;

    public async Task<int> Run()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, {callsPerSecond} calls/s for {time}"));
        await using var server = await ServerUnderTest.CallCluster(RandomCalls.Configuration);
        var calls = new RandomCalls(seed);
        await using var traffic = await CallTraffic.StartAsync(new IPEndPoint(IPAddress.Loopback, 5060), 7001, calls.Plan, calls.Agent);
        var first = await Offer(server, traffic, time / 10);
        var last = await Offer(server, traffic, time * 0.9);

        var growth = (double)last.Memory / first.Memory;
        var counts = traffic.Counts;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{counts}\nmemory {first.Memory >> 20} -> {last.Memory >> 20} MB: x {growth:0.###}; left behind: {last.Left}; {counts.Lost} lost"));
        return growth <= AllowedGrowth && last.Left == "nothing" && counts.Lost == 0 ? 0 : 1;
    }

    private async Task<(long Memory, string Left)> Offer(ServerUnderTest server, CallTraffic traffic, TimeSpan part)
    {
        await traffic.OfferAsync(callsPerSecond, part);
        await traffic.FinishAsync(TimeSpan.FromSeconds(60));
        return await LeakCheck.Rest(server, $"{traffic.Counts.Started} calls");
    }
}
