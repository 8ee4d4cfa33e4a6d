using CallCluster.Sip.Messages;

namespace CallCluster.Edge.Admission;

/// <summary>Placeholder until the digest verifier has landed: nobody is identified by digest.</summary>
internal sealed class DigestGate(EdgeContext edge)
{
    public (string? Agent, string? Trunk) Identify(SipRequest request) => (edge.Routing.AgentOf(""), request is null ? "" : null);

    public IReadOnlyList<(string, string)>? Challenge(SipRequest request, (string? Agent, string? Trunk) identity) => edge.Routing.AnyCredentials && request is null ? [] : null;
}
