using CallCluster.Host.Api;
using CallCluster.Host.Cluster;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CallCluster.Host.Commands;

/// <summary><c>callcluster run</c>.</summary>
internal static partial class Run
{
    private const int CannotStart = 1;

    /// <summary>Runs until a signal ends it; returns the exit code.</summary>
    public static async Task<int> InRole(Role role, IReadOnlyList<string> files)
    {
        var reader = ConfigurationReader.WithEnvironment(files);
        var options = reader.Read(out var errors);
        if (role != Role.All && options.Cluster.Clustering == Clustering.Localhost)
            errors.Wrong("CallCluster:Cluster:Clustering", options.Cluster.Clustering, $"Redis, since the role is {role.ToString().ToLowerInvariant()} and other processes have to be found");
        if (role != Role.Silo) AudioDirectories.Check(options, errors);
        if (role != Role.Edge) OutboxDirectory.Check(options, errors);
        if (errors.Any) return Check.Refuse(errors, Console.Error);

        await using var app = Program.Compose(role, options, reader, withSignals: true);
        try
        {
            await app.StartAsync();
        }
        catch (Exception exception) // a port in use, a Redis that does not answer, …: the host has logged it with its stack
        {
            await Console.Error.WriteLineAsync($"callcluster cannot start: {exception.Message}");
            return CannotStart;
        }
        LogServing(app.Logger, role, string.Join(", ", app.Urls));
        await app.WaitForShutdownAsync();
        return 0;
    }

    [LoggerMessage(LogLevel.Information, "CallCluster runs as {Role}; health, metrics and API on {Addresses}.")]
    private static partial void LogServing(ILogger logger, Role role, string addresses);
}
