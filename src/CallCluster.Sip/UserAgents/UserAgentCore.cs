using CallCluster.Sip.Messages;

namespace CallCluster.Sip.UserAgents;

/// <summary>What every user agent does with what arrives (RFC 3261 §8.1.3 and §8.2), before a session or the application sees it.</summary>
internal sealed partial class UserAgentCore
{
    internal void Complete(SipResponse response, SipRequest request, SipBody? body, IReadOnlyList<(string Name, string Value)>? headers) => throw new NotImplementedException();

    internal static bool IsKnownMethod(string method) => throw new NotImplementedException();
}
