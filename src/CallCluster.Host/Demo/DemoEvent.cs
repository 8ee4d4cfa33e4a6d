namespace CallCluster.Host.Demo;

/// <summary>One line of the timeline.</summary>
/// <param name="At">Since the demo began.</param>
/// <param name="Who">A caller, an agent, or CallCluster itself.</param>
/// <param name="What">What happened to them, a phrase that goes on after the name.</param>
internal sealed record DemoEvent(TimeSpan At, string Who, string What);
