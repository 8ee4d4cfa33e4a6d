namespace CallCluster.Host.Demo;

/// <summary><c>callcluster demo</c>.</summary>
internal static class DemoRun
{
    /// <summary>Plays the demo; 0 when every expectation was met, 1 when one was not.</summary>
    public static async Task<int> PlayAsync(IDemoOutput output, DemoOptions options, CancellationToken cancellationToken)
    {
        await using var report = new DemoReport(output);
        await new DemoDay(report, options).PlayAsync(cancellationToken);
        await report.EndAsync();
        return report.Passed ? 0 : 1;
    }
}
