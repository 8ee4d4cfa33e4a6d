using CallCluster.Media.Codecs;
using CallCluster.Media.Prompts;
using CallCluster.Media.Wav;

namespace CallCluster.Media.Tests.Prompts;

public sealed class PromptLibraryTests
{
    private readonly string _directory = Directory.CreateTempSubdirectory("callcluster-prompts-").FullName;

    private void Put(string path, int samples)
    {
        var file = Path.Combine(_directory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        WavWriter.WriteAll(file, new short[samples]);
    }

    [Theory]
    [InlineData("de-AT", 1)]
    [InlineData("de-CH", 2)]
    [InlineData("de", 2)]
    [InlineData("fr", 3)]
    [InlineData(null, 3)]
    public void Rfc_4647_section_3_4_the_nearest_language_is_taken(string? language, int expected)
    {
        Put("de-AT/welcome.wav", 1);
        Put("de/welcome.wav", 2);
        Put("welcome.wav", 3);
        Assert.Equal(expected, new PromptLibrary(_directory).Get("welcome", language).Samples);
    }

    [Fact]
    public void A_file_is_read_once()
    {
        Put("welcome.wav", 10);
        var library = new PromptLibrary(_directory);
        var first = library.Get("welcome");
        File.Delete(Path.Combine(_directory, "welcome.wav"));
        Assert.Same(first, library.Get("welcome"));
    }

    [Fact]
    public void A_missing_prompt_says_where_it_was_looked_for()
    {
        var library = new PromptLibrary(_directory);
        var missing = Assert.Throws<PromptNotFoundException>(() => library.Get("welcome", "es-MX"));
        Assert.Contains("es-MX/welcome.wav, es/welcome.wav, welcome.wav", missing.Message, StringComparison.Ordinal);
        Assert.Contains(_directory, missing.Message, StringComparison.Ordinal);
        Assert.False(library.TryGet("welcome", null, out _));
    }

    [Fact]
    public void A_broken_file_is_named()
    {
        File.WriteAllText(Path.Combine(_directory, "bad.wav"), "no audio");
        var library = new PromptLibrary(_directory);
        Assert.Contains("bad.wav", Assert.Throws<WavFormatException>(() => library.Get("bad")).Message, StringComparison.Ordinal);
        Assert.False(library.TryGet("bad", null, out _));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("")]
    public void A_name_is_no_path(string name)
    {
        Assert.Throws<PromptNotFoundException>(() => new PromptLibrary(_directory).Get(name));
        Assert.Throws<PromptNotFoundException>(() => new PromptLibrary(_directory).Get("welcome", name));
    }

    [Theory]
    [InlineData("beep")]
    [InlineData("ringback")]
    [InlineData("hold")]
    public void Tones_are_there_without_any_file_and_a_file_takes_their_place(string name)
    {
        var tone = new PromptLibrary(null).Get(name, "en");
        Assert.True(tone.Samples > 1000);
        Assert.Contains(tone.Encoded(MediaCodec.Pcmu).ToArray(), c => Math.Abs((int)G711.Decode(c, G711Law.Mu)) > 1000);
        Assert.DoesNotContain(tone.Encoded(MediaCodec.Pcmu).ToArray(), c => Math.Abs((int)G711.Decode(c, G711Law.Mu)) > 30_000);
        Put($"{name}.wav", 7);
        Assert.Equal(7, new PromptLibrary(_directory).Get(name, "en").Samples);
    }

    [Fact]
    public void Both_laws_hold_the_same_audio()
    {
        var prompt = Prompt.FromPcm("p", [0, 1000, -1000, 32_000]);
        Assert.Equal([.. ((short[])[0, 1000, -1000, 32_000]).Select(s => G711.Encode(s, G711Law.A))], prompt.Encoded(MediaCodec.Pcma).ToArray());
        Assert.Equal([.. ((short[])[0, 1000, -1000, 32_000]).Select(s => G711.Encode(s, G711Law.Mu))], prompt.Encoded(MediaCodec.Pcmu).ToArray());
        Assert.Equal(TimeSpan.FromMilliseconds(0.5), prompt.Duration);
    }
}
