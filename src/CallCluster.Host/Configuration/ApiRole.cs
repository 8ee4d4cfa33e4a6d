namespace CallCluster.Host.Configuration;

/// <summary>What a key may do. Each endpoint declares the least role that it needs (<see cref="Api.Access.EndpointAccessExtensions"/>).</summary>
internal enum ApiRole
{
    /// <summary>Sees everything but recorded voices.</summary>
    Read,

    /// <summary>One agent: the own presence, calls and queues, nothing else.</summary>
    Agent,

    /// <summary>Also hears recordings and voicemail, and acts on calls, agents and queues.</summary>
    Supervisor,

    /// <summary>Everything.</summary>
    Admin,
}
