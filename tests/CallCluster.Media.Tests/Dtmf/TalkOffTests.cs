using CallCluster.Media.Wav;

namespace CallCluster.Media.Tests.Dtmf;

/// <summary>Speech must not be taken for keys: the recorded voice of Debian's asterisk-core-sounds-en-wav, which tests/run.sh installs.</summary>
public sealed class TalkOffTests
{
    private const string Sounds = "/usr/share/asterisk/sounds/en_US_f_Allison";

    [Fact]
    public void Recorded_speech_holds_no_keys()
    {
        Assert.True(Directory.Exists(Sounds), $"{Sounds} is missing: install asterisk-core-sounds-en-wav, as tests/run.sh does.");
        var seconds = 0.0;
        List<string> taken = [];
        foreach (var file in Directory.GetFiles(Sounds, "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var speech = WavReader.ReadFile(file);
            seconds += speech.Length / 8000.0;
            taken.AddRange(InbandDtmfTests.Detect(speech).Select(key => $"{key} in {Path.GetFileName(file)}"));
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"talk-off: {taken.Count} false detections in {seconds / 60:0.0} minutes of speech {string.Join(", ", taken)}");
        Assert.InRange(seconds, 600, 36_000);
        Assert.Empty(taken);
    }
}
