namespace CallCluster.Host.Demo;

/// <summary>One expectation of the demo and how it came out: a row of the closing table.</summary>
/// <param name="Scene">The scene that it belongs to.</param>
/// <param name="Expected">What should have happened.</param>
/// <param name="Found">What did.</param>
/// <param name="Met">Whether the two agree.</param>
internal sealed record DemoFinding(string Scene, string Expected, string Found, bool Met);
