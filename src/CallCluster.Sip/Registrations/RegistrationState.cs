namespace CallCluster.Sip.Registrations;

/// <summary>How a <see cref="RegistrationClient"/> stands with its registrar.</summary>
public enum RegistrationState
{
    /// <summary>No answer yet.</summary>
    Trying,

    /// <summary>The registrar has our binding.</summary>
    Registered,

    /// <summary>The registrar refused or did not answer; it is tried again.</summary>
    Failed,
}
