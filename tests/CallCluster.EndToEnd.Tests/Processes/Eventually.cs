namespace CallCluster.EndToEnd.Tests.Processes;

/// <summary>Bounded polling, for states of other programs that come without an event.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Long enough for a starved machine; a passing test never waits it out.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Reads until <paramref name="accept"/> likes what it sees; returns that.</summary>
    /// <exception cref="TimeoutException">Tells what was last seen.</exception>
    public static async Task<T> Becomes<T>(Func<Task<T>> read, Func<T, bool> accept, string what, TimeSpan? timeout = null)
    {
        var limit = TimeProvider.System.GetTimestamp();
        string last;
        do
        {
            try
            {
                var value = await read();
                if (accept(value)) return value;
                last = value?.ToString() ?? "null";
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
            {
                last = e.Message;
            }
            await Task.Delay(Interval);
        }
        while (TimeProvider.System.GetElapsedTime(limit) < (timeout ?? Patience));
        throw new TimeoutException($"{what}: not within {timeout ?? Patience}; last seen: {last}");
    }

    public static Task IsTrue(Func<bool> condition, string what, TimeSpan? timeout = null) => Becomes(() => Task.FromResult(condition()), met => met, what, timeout);
}
