using System.Diagnostics;
using System.Globalization;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.Grains.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace CallCluster.Benchmarks.Queues;

/// <summary>
/// Assignments in a silo: QueueGrain and AgentGrain as they route real calls, with <see cref="SimulatedCallGrain"/> for the calls. As many callers wait all the time; whoever
/// comes free gets the first at once, so that the rate is what the processors give.
/// </summary>
internal sealed class SiloAssignmentRun(QueueStrategy strategy)
{
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(10);

    public async Task<int> Run()
    {
        Console.WriteLine($"{strategy}\n\n| agents | callers in line | assignments/s | CPU per assignment |\n|---|---|---|---|");
        foreach (var (agents, waiting) in new[] { (200, 400), (10, 100), (10_000, 100_000) }) await Run(agents, waiting);
        return 0;
    }

    private async Task Run(int agents, int waiting)
    {
        using var host = await StartSilo(new SkilledCentre(strategy, agents));
        var arrivals = host.Services.GetRequiredService<SimulatedArrivals>();
        var queue = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IQueueGrain>(SkilledCentre.Queue);
        while ((await queue.View()).AgentsLoggedIn < agents) await Task.Delay(100);
        for (var i = 0; i < waiting; i++) await queue.Post(arrivals.Next(DateTimeOffset.UtcNow));

        await Task.Delay(Measured); // compiled, and the line as long as it will be
        var (began, answered, cpu) = (Stopwatch.GetTimestamp(), arrivals.Answered, Environment.CpuUsage.TotalTime);
        await Task.Delay(Measured);
        var (time, assignments) = (Stopwatch.GetElapsedTime(began), arrivals.Answered - answered);
        var each = (Environment.CpuUsage.TotalTime - cpu) / assignments;
        var inLine = (await queue.View()).Waiting;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {agents} | {inLine} | {assignments / time.TotalSeconds:0} | {each.TotalMicroseconds:0} us |"));
        await host.StopAsync();
    }

    private static async Task<IHost> StartSilo(SkilledCentre centre)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.Services.AddSingleton<IRoutingConfiguration>(centre);
        builder.Services.AddSingleton<SimulatedArrivals>();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePorts.One(), gatewayPort: 0);
            silo.AddCallClusterGrains(grains => grains.IsAlone = true);
            silo.Configure<GrainTypeOptions>(types => types.Classes.Remove(typeof(CallGrain)));
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
