namespace CallCluster.Host.Demo;

/// <summary>Shows the demo as it goes. Called from one thread at a time.</summary>
internal interface IDemoOutput
{
    void Begin(string title);

    void BeginScene(string title);

    void Tell(DemoEvent happened);

    /// <summary>The closing table and the verdict.</summary>
    void End(IReadOnlyList<DemoFinding> findings, TimeSpan took, bool passed);
}
