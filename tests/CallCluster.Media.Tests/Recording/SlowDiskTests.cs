using System.Diagnostics;
using CallCluster.Media.Recording;
using CallCluster.Media.Tests.Engine;
using CallCluster.Media.Wav;

namespace CallCluster.Media.Tests.Recording;

/// <summary>Disks that hang, by pipes that nobody reads: whoever opens one to write hangs as in a network file system that is away; and disks that are too slow.</summary>
public sealed class SlowDiskTests : EngineTest
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("callcluster-media-");

    private string PathOf(string name) => Path.Combine(_directory.FullName, name);

    /// <summary>A file that hangs until it is released; every recording to it then fails, since it is no file.</summary>
    private string Hanging(string name)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("A pipe stands for the disk that hangs.");
        using var make = Process.Start("mkfifo", PathOf(name));
        make.WaitForExit();
        Assert.Equal(0, make.ExitCode);
        return PathOf(name);
    }

    private static Process Release(string path) => Process.Start("tail", ["-f", path]);

    [Fact]
    public void A_disk_that_hangs_holds_up_neither_calls_nor_the_thread_pool_nor_another_disk()
    {
        var (alice, bob) = (Peer(), Peer(2));
        var (a, b) = (Open(alice), Open(bob));
        var hanging = Hanging("hanging.wav");
        a.Record(new RecordingOptions { Path = hanging, RecordingId = 1 });
        b.RecordConversation(new RecordingOptions { Path = PathOf("good.wav"), RecordingId = 2 });
        a.Bridge(b);
        Settle(a, b);
        // A second each, in which a timer would block one more thread.
        for (var i = 0; i < 20; i++)
            Advance(1000);
        var sent = alice.SendAudio(a.LocalPort);
        Assert.Equal(sent.Payload, bob.Receive().Payload);
        b.StopRecordingConversation();
        Assert.Equal("recorded 2 Stopped", NextTold());
        a.StopRecording();
        Settle(a);
        AssertNothingTold();
        using var released = Release(hanging);
        Assert.Equal("recorded 1 Failed", NextTold());
        released.Kill();
    }

    [Fact]
    public void What_waits_for_a_disk_that_hangs_is_bounded_and_each_is_told_in_the_end()
    {
        var a = Open(Peer());
        var hanging = Hanging("hanging.wav");
        for (var i = 0; i < RecordingWriter.MostUnfinished; i++)
            a.Record(new RecordingOptions { Path = hanging, RecordingId = i });
        a.StopRecording();
        Settle(a);
        AssertNothingTold();
        a.Record(new RecordingOptions { Path = PathOf("late.wav"), RecordingId = 5000 });
        Assert.Equal("recorded 5000 Failed", NextTold());
        Assert.Contains("hangs", Assert.Single(Results).Error, StringComparison.Ordinal);
        using var released = Release(hanging);
        for (var i = 0; i < RecordingWriter.MostUnfinished; i++)
            Assert.EndsWith("Failed", NextTold(), StringComparison.Ordinal);
        released.Kill();
        a.Record(new RecordingOptions { Path = PathOf("again.wav"), RecordingId = 5001 });
        a.StopRecording();
        Assert.Equal("recorded 5001 Stopped", NextTold());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Audio_that_a_slow_disk_has_no_time_for_is_counted_and_told(bool isConversation)
    {
        var (alice, bob) = (Peer(), Peer(2));
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        var options = new RecordingOptions { Path = PathOf("slow.wav"), RecordingId = 3 };
        if (isConversation)
            a.RecordConversation(options);
        else
            a.Record(options);
        Settle(a, b);
        // From here on time stands still before the second writing: no more is taken out of the ring than the first finds there.
        Advance(500);
        for (var i = 1; i <= 2 * FileRecording.RingSamples / 160 + 10; i++)
        {
            alice.SendAudio(a.LocalPort);
            if (i % 20 == 0)
                WaitFor(() => a.Statistics.PacketsReceived == i, "the packets are in");
        }
        a.StopRecording();
        a.StopRecordingConversation();
        Assert.Equal("recorded 3 Stopped", NextTold());
        var result = Assert.Single(Results);
        Assert.InRange(result.Lost.TotalSeconds, 0.2, 10);
        Assert.Equal(result.Lost, Engine.Totals().RecordingLost);
        if (isConversation)
            Assert.Contains($"{result.Lost}", result.Error, StringComparison.Ordinal);
        else
            Assert.Null(result.Error);
    }

    [Fact]
    public void What_has_to_be_on_disk_before_is_written_by_the_writer_and_while_it_hangs_the_call_goes_on()
    {
        var (alice, bob) = (Peer(), Peer(2));
        var (a, b) = (Open(alice), Open(bob));
        a.Bridge(b);
        using var durable = new ManualResetEventSlim();
        var existed = true;
        a.Record(new RecordingOptions
        {
            Path = PathOf("after.wav"),
            Prepare = () =>
            {
                durable.Wait();
                existed = File.Exists(PathOf("after.wav"));
            },
        });
        Settle(a, b);
        var sent = alice.SendAudio(a.LocalPort);
        Assert.Equal(sent.Payload, bob.Receive().Payload);
        a.StopRecording();
        Settle(a);
        AssertNothingTold();
        durable.Set();
        Assert.Equal("recorded 0 Stopped", NextTold());
        Assert.False(existed);
        Assert.Equal(160, WavReader.ReadFile(PathOf("after.wav")).Length);
    }

    [Fact]
    public void What_cannot_be_written_before_ends_the_recording_with_its_reason_and_without_a_file()
    {
        var a = Open(Peer());
        a.Record(new RecordingOptions { Path = PathOf("none.wav"), Prepare = () => throw new IOException("no manifest") });
        Assert.Equal("recorded 0 Failed", NextTold());
        Assert.Equal("no manifest", Assert.Single(Results).Error);
        Assert.False(File.Exists(PathOf("none.wav")));
    }

    [Fact]
    public void A_recordings_memory_is_no_large_object() => Assert.Equal(0, GC.GetGeneration(new short[FileRecording.RingSamples]));
}
