namespace CallCluster.Phone;

/// <summary>What was awaited will not happen: the call was refused, cancelled or over before, or the peer refused a change of it.</summary>
public sealed class PhoneCallFailedException : Exception
{
    public PhoneCallFailedException() : this("The call failed.") { }

    public PhoneCallFailedException(string message) : base(message) { }

    public PhoneCallFailedException(string message, Exception? innerException) : base(message, innerException) { }

    public PhoneCallFailedException(PhoneCallEnd end) : base($"The call ended: {end}.") => End = end;

    /// <summary>How the call ended, or null when it goes on.</summary>
    public PhoneCallEnd? End { get; }
}
