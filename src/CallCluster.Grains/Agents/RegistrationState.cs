namespace CallCluster.Grains.Agents;

/// <summary>The stored part of an agent's registrations.</summary>
[GenerateSerializer, Alias("RegistrationState")]
public sealed class RegistrationState
{
    [Id(0)] public List<Binding> Bindings { get; set; } = [];
    [Id(1)] public List<NonceWindow> Nonces { get; set; } = [];
}

/// <summary>One bound contact (RFC 3261 10.3).</summary>
[GenerateSerializer, Alias("Binding")]
public sealed record Binding([property: Id(0)] string Uri, [property: Id(1)] string Target, [property: Id(2)] DateTimeOffset ExpiresAt,
    [property: Id(3)] string SipCallId, [property: Id(4)] uint CSeq, [property: Id(5)] DateTimeOffset RefreshedAt, [property: Id(6)] string? Instance);

/// <summary>The nonce counts seen with one nonce: the highest, and which of the 64 up to it.</summary>
[GenerateSerializer, Alias("NonceWindow")]
public sealed record NonceWindow([property: Id(0)] string Nonce, [property: Id(1)] uint Highest, [property: Id(2)] ulong Seen, [property: Id(3)] DateTimeOffset UsedAt);
