using System.Net;
using CallCluster.Sip.Messages;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.Sources;

/// <summary>
/// Stands before the parser: lets each address send at its rate, and bans who only ever sends what is refused, such as scanners and guessers of passwords. Both
/// are the generic cell rate algorithm, one number each. Any thread may call; nothing allocates and nothing grows.
/// </summary>
internal sealed partial class SourceGate(SourceLimits limits, TimeProvider time, ILogger logger)
{
    private const int ProvenShare = 10;
    private static readonly TimeSpan Proven = TimeSpan.FromHours(1);
    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly SourceTable _table = new();
    private readonly long _second = time.TimestampFrequency;
    private long _nextOfAll;
    private long _nextLog;

    /// <summary>Decides about the next message of this address, which nobody has looked at yet.</summary>
    public SourceVerdict Enter(IPAddress address)
    {
        var verdict = Decide(address, out var tell);
        if (verdict != SourceVerdict.Read)
            SipMetrics.Dropped(verdict == SourceVerdict.Banned ? "banned" : "rate");
        if (tell)
            LogInformationRate(address, limits.MessagesPerSecond);
        return verdict;
    }

    /// <summary>Learns from an answer that was given to this address: what a refusal says of it, and what an acceptance.</summary>
    public void OnAnswered(IPAddress address, string method, int status)
    {
        // Only who is somebody gets a 2xx to these.
        if (status is >= 200 and < 300 && method is SipMethods.Register or SipMethods.Invite)
            Prove(address);
        else if (status is 400 or 401 or 403 or 404 or 405 or 407 or 501)
            OnRefused(address);
    }

    /// <summary>Counts one request against this address; enough of them ban it.</summary>
    public void OnRefused(IPAddress address)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            ref var entry = ref _table.Find(address, now);
            if (entry.BannedUntil > now || Take(ref entry.NextRefusal, now, Ticks(limits.BanTime) / limits.RefusalsUntilBan, limits.RefusalsUntilBan))
                return;
            if (entry.ProvenUntil > now || IsTrusted(ref entry, address, now))
                return;
            entry.BannedUntil = now + Ticks(limits.BanTime);
            entry.NextRefusal = 0;
        }

        SipMetrics.Banned();
        LogWarningBanned(address, limits.BanTime, limits.RefusalsUntilBan);
    }

    private void Prove(IPAddress address)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            ref var entry = ref _table.Find(address, now);
            entry.ProvenUntil = now + Ticks(Proven);
            entry.NextRefusal = 0;
        }
    }

    private SourceVerdict Decide(IPAddress address, out bool tell)
    {
        tell = false;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            ref var entry = ref _table.Find(address, now);
            if (IsTrusted(ref entry, address, now))
                return SourceVerdict.Read;
            if (entry.BannedUntil > now)
                return SourceVerdict.Banned;
            var proven = entry.ProvenUntil > now;
            var rate = (long)limits.MessagesPerSecond * (proven ? ProvenShare : 1);
            if (Take(ref entry.NextMessage, now, _second / rate, limits.Burst) && (proven || Take(ref _nextOfAll, now, _second / limits.TotalPerSecond, limits.TotalPerSecond)))
                return SourceVerdict.Read;
            tell = now >= _nextLog;
            if (tell)
                _nextLog = now + Ticks(LogEvery);
            return SourceVerdict.Dropped;
        }
    }

    private bool IsTrusted(ref SourceEntry entry, IPAddress address, long now)
    {
        if (entry.TrustUntil <= now)
        {
            entry.Trusted = limits.IsTrusted(address);
            entry.TrustUntil = now + _second;
        }

        return entry.Trusted;
    }

    /// <summary>GCRA: one every <paramref name="interval"/>, and <paramref name="depth"/> at once after silence.</summary>
    private static bool Take(ref long next, long now, long interval, int depth)
    {
        var due = Math.Max(next, now);
        if (due - now > interval * (depth - 1))
            return false;
        next = due + interval;
        return true;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _second);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} is banned for {Time}: {Refusals} of its SIP requests in a row were refused or unreadable. If it is yours, correct its password, or put it into a trunk's AllowFrom.")]
    private partial void LogWarningBanned(IPAddress address, TimeSpan time, int refusals);

    [LoggerMessage(Level = LogLevel.Information, Message = "SIP messages of {Address} are dropped: it sends more than {Rate} a second, or all strangers together send too many. If it is yours, put it into a trunk's AllowFrom, or raise Sip:Limits. Others are not told again within a minute.")]
    private partial void LogInformationRate(IPAddress address, int rate);
}
