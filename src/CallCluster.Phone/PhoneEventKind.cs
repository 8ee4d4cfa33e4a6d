namespace CallCluster.Phone;

/// <summary>What happened to a phone or one of its calls.</summary>
public enum PhoneEventKind
{
    Registered,
    RegistrationFailed,
    Unregistered,

    /// <summary>The phone calls someone.</summary>
    Calling,

    /// <summary>Someone calls the phone.</summary>
    Incoming,

    /// <summary>A provisional response from 180 on was received or sent.</summary>
    Ringing,

    /// <summary>Answered, by whichever side; audio may flow.</summary>
    Answered,

    /// <summary>The peer stopped taking our audio.</summary>
    Held,

    /// <summary>The peer takes our audio again.</summary>
    Resumed,

    /// <summary>The peer pressed a key.</summary>
    Digit,

    Ended,
}
