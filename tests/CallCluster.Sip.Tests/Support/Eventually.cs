namespace CallCluster.Sip.Tests.Support;

/// <summary>Waits for what another thread does, without sleeping.</summary>
internal static class Eventually
{
    public static async Task True(Func<bool> condition, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
