using CallCluster.Contracts.Configuration;

namespace CallCluster.Host.Api;

/// <summary>Destinations that come from outside: what the configuration has, and beyond it only what <c>Outbound:Allow</c> permits (DESIGN section 7).</summary>
internal static class AskedDestination
{
    /// <summary>What is wrong with it, in one line; null when a call may go there.</summary>
    /// <param name="key">The property of the request.</param>
    /// <param name="text">What it holds.</param>
    /// <param name="routing">The configuration.</param>
    public static string? Problem(string key, string? text, RoutingOptions routing)
    {
        if (!Destination.TryParse(text, out var destination)) return $"{key} may hold queue:NAME, queue:NAME/AGENT, agent:ID, voicemail:BOX, flow:NAME, tel:NUMBER or sip:URI.";
        return destination.Kind switch
        {
            DestinationKind.Queue => QueueProblem(key, destination, routing),
            DestinationKind.Agent => Named(routing.Agents.ContainsKey(destination.Target), "Agents"),
            DestinationKind.Voicemail => Named(routing.Voicemail.Boxes.ContainsKey(destination.Target), "Voicemail:Boxes"),
            DestinationKind.Flow => Named(routing.Flows.ContainsKey(destination.Target), "Flows"),
            DestinationKind.Tel or DestinationKind.Sip => OutsideProblem(key, destination, routing.Outbound),
            _ => $"{key} may not be {destination.Kind.ToString().ToLowerInvariant()}: here.",
        };

        string? Named(bool isThere, string section) => isThere ? null : $"{key}: {section} has no {destination.Target}.";
    }

    private static string? QueueProblem(string key, Destination destination, RoutingOptions routing)
    {
        if (!routing.Queues.TryGetValue(destination.Queue, out var queue)) return $"{key}: Queues has no {destination.Queue}.";
        if (destination.AgentOfQueue is not { } id) return null;
        return routing.Agents.TryGetValue(id, out var agent) && agent.Serves(destination.Queue, queue) ? null : $"{key}: no agent {id} of Agents serves {destination.Queue}.";
    }

    /// <summary>What is wrong with a destination outside; null when it may be called.</summary>
    public static string? OutsideProblem(string key, string? text, OutboundOptions rules) => Destination.TryParse(text, out var destination) && destination.Kind is DestinationKind.Tel or DestinationKind.Sip
        ? OutsideProblem(key, destination, rules)
        : $"{key} may hold tel: with digits after an optional plus, or sip: with user and domain.";

    private static string? OutsideProblem(string key, Destination destination, OutboundOptions rules)
    {
        if (!OutboundTarget.TryParse(destination, out _)) return $"{key} may hold tel: with digits after an optional plus, or sip: with user and domain.";
        if (!rules.Allows(destination)) return $"{key}: Outbound:Allow does not permit {destination}.";
        return rules.TrunksFor(destination).Count > 0 ? null : $"{key}: no route of Outbound:Routes carries {destination}.";
    }
}
