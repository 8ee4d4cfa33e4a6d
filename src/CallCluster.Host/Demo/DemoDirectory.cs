using System.Security.Cryptography;
using CallCluster.Media.Wav;
using CallCluster.Media.Prompts;

namespace CallCluster.Host.Demo;

/// <summary>The demo's files, in a temporary directory that goes with it: prompts made in code, a password, voicemails, call records.</summary>
internal sealed class DemoDirectory : IDisposable
{
    /// <summary>Silence at the beginning of each prompt.</summary>
    private const int LeadSamples = 1600;

    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(50);

    public DemoDirectory()
    {
        Root = Directory.CreateTempSubdirectory("callcluster-demo-").FullName;
        Prompts = Directory.CreateDirectory(Path.Combine(Root, "prompts")).FullName;
        Voicemail = Path.Combine(Root, "voicemail");
        Records = Path.Combine(Root, "calls.jsonl");
        AlicesPasswordFile = Path.Combine(Root, "alice.secret");
        AlicesPassword = RandomNumberGenerator.GetHexString(32, lowercase: true);
        File.WriteAllText(AlicesPasswordFile, AlicesPassword);
        // Voices that nobody in the demo has: their numbers are far above theirs.
        Welcome = WritePrompt("welcome", 101, 2);
        VoicemailGreeting = WritePrompt("voicemail", 102, 1.5);
        Music = WritePrompt("music", 103, 2);
    }

    public string Root { get; }

    public string Prompts { get; }

    public string Voicemail { get; }

    /// <summary>The call detail records, a JSON object a line.</summary>
    public string Records { get; }

    public string AlicesPasswordFile { get; }

    public string AlicesPassword { get; }

    public short[] Welcome { get; }

    public short[] VoicemailGreeting { get; }

    public short[] Music { get; }

    /// <summary>Waits until there are that many call records; returns how many there are.</summary>
    public async Task<int> WaitForRecordsAsync(int count, TimeSpan within, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(within);
        using var timer = new PeriodicTimer(PollEvery);
        var found = 0;
        try
        {
            do
            {
                found = File.Exists(Records) ? (await File.ReadAllLinesAsync(Records, cancellationToken)).Length : 0;
            }
            while (found < count && await timer.WaitForNextTickAsync(patience.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The count says what is missing.
        }

        return found;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // A file that is still being written stays in the temporary directory.
        }
    }

    private short[] WritePrompt(string name, int voice, double seconds)
    {
        var samples = Tones.Babble(TimeSpan.FromSeconds(seconds), voice);
        // RTP may overtake the 200 that says where it comes from; a phone drops it until then.
        WavWriter.WriteAll(Path.Combine(Prompts, $"{name}.wav"), [.. new short[LeadSamples], .. samples]);
        return samples;
    }
}
