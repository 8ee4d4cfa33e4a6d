namespace CallCluster.Phone;

/// <summary>One line of a phone's timeline.</summary>
/// <param name="At">When, by the phone's clock.</param>
/// <param name="Kind">What.</param>
/// <param name="Call">The call it happened to; null for registrations.</param>
/// <param name="Detail">More in words: a status, a key, a peer's address, the cause of an end. Never null.</param>
public sealed record PhoneEvent(DateTimeOffset At, PhoneEventKind Kind, PhoneCall? Call, string Detail)
{
    public override string ToString() => Detail.Length == 0 ? $"{At:HH:mm:ss.fff} {Kind}" : $"{At:HH:mm:ss.fff} {Kind} {Detail}";
}
