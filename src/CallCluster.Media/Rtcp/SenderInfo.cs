namespace CallCluster.Media.Rtcp;

/// <summary>RFC 3550 section 6.4.1, sender information: NTP(64) RTP timestamp(32) packets(32) payload octets(32).</summary>
internal readonly record struct SenderInfo(ulong Ntp, uint RtpTimestamp, uint Packets, uint Octets)
{
    /// <summary>Bytes of it.</summary>
    public const int Length = 20;

    /// <summary>RFC 3550 section 4: seconds since 1900 and their 2^32nd parts.</summary>
    public static ulong ToNtp(DateTimeOffset time)
    {
        var ticks = (ulong)(time.UtcTicks - new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);
        var (seconds, rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        return (seconds << 32) | ((rest << 32) / TimeSpan.TicksPerSecond);
    }

    /// <summary>The middle 32 bits, which LSR carries: 16 of seconds, 16 of fraction.</summary>
    public static uint Middle(ulong ntp) => (uint)(ntp >> 16);
}
