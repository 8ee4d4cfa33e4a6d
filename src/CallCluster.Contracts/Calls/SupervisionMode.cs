namespace CallCluster.Contracts.Calls;

/// <summary>How a supervisor takes part in a call.</summary>
public enum SupervisionMode
{
    /// <summary>Hears caller and agent; neither hears the supervisor.</summary>
    Listen,

    /// <summary>Hears both, and is heard by the agent alone.</summary>
    Whisper,

    /// <summary>All three hear each other.</summary>
    Barge,
}
