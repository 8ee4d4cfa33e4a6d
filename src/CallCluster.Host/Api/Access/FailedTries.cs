using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace CallCluster.Host.Api.Access;

/// <summary>
/// Limits how often an address may try keys that are not known. A key that is known passes always: behind a proxy all clients are one address, and one with an old key must not lock the others out.
/// That keys cannot be guessed is their length's to see to (<see cref="Configuration.ApiKeyOptions"/>); the limit keeps guessers from filling the log.
/// </summary>
internal sealed class FailedTries : IDisposable
{
    /// <summary>Tries at once before the limit holds.</summary>
    public const int Burst = 20;
    private static readonly TimeSpan OneMoreEvery = TimeSpan.FromSeconds(3);
    private static readonly Counter<long> Refused =
        new Meter("CallCluster").CreateCounter<long>("callcluster.api.refusals", "{request}", "Requests to the API refused for their key, by reason: none, unknown, limited, role.");

    // Lazy: a limiter wakes the process ten times a second from its making on, and most processes never meet a wrong key.
    private readonly Lazy<PartitionedRateLimiter<IPAddress>> _limiter = new(static () => PartitionedRateLimiter.Create<IPAddress, (ulong, ulong)>(static address =>
        RateLimitPartition.GetTokenBucketLimiter(Source(address), static _ => new TokenBucketRateLimiterOptions { TokenLimit = Burst, TokensPerPeriod = 1, ReplenishmentPeriod = OneMoreEvery })));

    /// <summary>Counts a request with an unknown key; not null, how long to wait, when the address has tried too often.</summary>
    public TimeSpan? Add(IPAddress address)
    {
        using var lease = _limiter.Value.AttemptAcquire(address);
        Count(lease.IsAcquired ? "unknown" : "limited");
        return lease.IsAcquired ? null : OneMoreEvery;
    }

    public static void Count(string reason) => Refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Dispose()
    {
        if (_limiter.IsValueCreated) _limiter.Value.Dispose();
    }

    // An address of IPv6 has a whole /64 to send from.
    private static (ulong, ulong) Source(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return (BitConverter.ToUInt64(bytes), address.AddressFamily == AddressFamily.InterNetwork ? 1ul : 0);
    }
}
