using CallCluster.Sip.Authentication;

namespace CallCluster.Edge.Admission;

/// <summary>Who a request's digest credentials prove.</summary>
/// <param name="Verdict">What the credentials are worth.</param>
/// <param name="Agent">The agent, if they are an agent's and accepted.</param>
/// <param name="Trunk">The trunk, if they are a trunk's and accepted.</param>
internal readonly record struct DigestIdentity(DigestVerdict Verdict, string? Agent, string? Trunk);
