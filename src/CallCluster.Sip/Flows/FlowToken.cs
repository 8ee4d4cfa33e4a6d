using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Flows;

/// <summary>What a token of ours leads to: exactly one of both, or neither when the flow is gone.</summary>
/// <param name="Flow">A phone that is only reached over this flow.</param>
/// <param name="Peer">The user agent at the other side of a dialog with such a phone.</param>
internal readonly record struct FlowToken(SipFlow? Flow, SipUri? Peer);
