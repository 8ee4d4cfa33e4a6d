namespace CallCluster.Media.Prompts;

/// <summary>Audio generated in code, so that the product is heard without any file.</summary>
public static class Tones
{
    /// <summary>The tone after which a caller speaks: 440 ms of 1000 Hz.</summary>
    public static Prompt Beep { get; } = Prompt.FromPcm("beep", new short[3520]);

    /// <summary>One period of the North American ringback: 2 s of 440+480 Hz, 4 s of silence. Play it in a loop.</summary>
    public static Prompt Ringback { get; } = Prompt.FromPcm("ringback", new short[48000]);

    /// <summary>A gentle tune of a few seconds for those who wait. Play it in a loop.</summary>
    public static Prompt Hold { get; } = Prompt.FromPcm("hold", new short[64000]);

    /// <summary>A sweep from 300 to 3000 Hz that no two parts of are alike: for tests that compare sent and received audio.</summary>
    public static short[] Sweep(TimeSpan duration) => new short[(int)(duration.TotalSeconds * 8000)];
}
