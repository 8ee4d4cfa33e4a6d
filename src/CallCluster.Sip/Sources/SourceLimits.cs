using System.Net;

namespace CallCluster.Sip.Sources;

/// <summary>What an address may send before it is known to be a trunk's. One address is an IPv4 address or an IPv6 /64.</summary>
public sealed record SourceLimits
{
    /// <summary>Messages a second, in the long run; what is beyond is dropped before it is parsed. Who has authenticated within the hour may send ten times as many.</summary>
    public int MessagesPerSecond { get; init; } = 100;

    /// <summary>Messages that may come at once before <see cref="MessagesPerSecond"/> holds.</summary>
    public int Burst { get; init; } = 500;

    /// <summary>Messages a second from all such addresses together that have not authenticated: forged ones cannot use up the edge, nor keep phones that are known from it.</summary>
    public int TotalPerSecond { get; init; } = 10_000;

    /// <summary>
    /// Requests refused or unreadable, in a row, until the address is banned. Each <see cref="BanTime"/> forgives as many, so that a phone with an old password that tries every
    /// half minute is not banned, and an address that has just authenticated is not at all: else forged datagrams could ban it.
    /// </summary>
    public int RefusalsUntilBan { get; init; } = 30;

    /// <summary>How long nothing of a banned address is looked at.</summary>
    public TimeSpan BanTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether an address is exempt: the address list of a trunk. Asked about once a second for each address that sends, from receiving threads.</summary>
    public Func<IPAddress, bool> IsTrusted { get; init; } = static _ => false;
}
