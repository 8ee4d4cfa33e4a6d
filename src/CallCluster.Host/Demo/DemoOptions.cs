namespace CallCluster.Host.Demo;

/// <summary>What a test of the demo turns.</summary>
internal sealed record DemoOptions
{
    /// <summary>What the line does to each voice that is spoken into it.</summary>
    public Func<short[], short[]> Line { get; init; } = static samples => samples;

    /// <summary>How long any single step may take before the demo fails.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);
}
