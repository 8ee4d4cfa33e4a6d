namespace CallCluster.Phone;

/// <summary>What a phone does by itself when it is called. Each call also comes out of <see cref="SipPhone.WaitForCallAsync"/>.</summary>
public enum IncomingCalls
{
    /// <summary>Says 180 Ringing and leaves the rest to the script.</summary>
    Ring,

    /// <summary>Says 180 Ringing and answers at once.</summary>
    Answer,

    /// <summary>Refuses with 486 Busy Here.</summary>
    Busy,

    /// <summary>Says nothing: the caller hears no ringing and waits until it gives up.</summary>
    Ignore,
}
