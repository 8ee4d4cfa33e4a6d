using CallCluster.Media.Recording;
using CallCluster.Media.Wav;

namespace CallCluster.Media.Tests.Wav;

public sealed class WavRepairTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void A_file_that_was_cut_at_any_byte_is_whole_up_to_there()
    {
        short[] said = [.. Enumerable.Range(1, 200).Select(i => (short)i)];
        WavWriter.WriteAll(_path, said);
        var whole = File.ReadAllBytes(_path);
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(_path, whole[..length]);
            var duration = WavRepair.Finish(_path);
            var kept = Math.Max(0, length - 44) / 2;
            Assert.Equal(said[..kept], WavReader.ReadFile(_path));
            Assert.Equal(TimeSpan.FromSeconds(kept / 8000.0), duration);
            AssertHead(44 + (kept * 2));
        }
    }

    [Fact]
    public void Lengths_in_the_head_that_the_writer_had_not_brought_up_to_date_do_not_count()
    {
        using (var writer = WavWriter.Create(_path, RecordingFormat.Pcm16, channels: 2)) writer.Write(new short[800]);
        var file = File.ReadAllBytes(_path);
        file.AsSpan(4, 4).Clear();
        file.AsSpan(40, 4).Clear();
        File.WriteAllBytes(_path, [.. file, 1, 2, 3]); // less than a sample of both channels
        Assert.Equal(TimeSpan.FromMilliseconds(50), WavRepair.Finish(_path));
        AssertHead(44 + 1600);
    }

    [Fact]
    public void A_writer_that_lives_none_the_less_goes_on_in_the_file_that_was_repaired_and_moved()
    {
        var moved = _path + ".moved";
        using (var writer = WavWriter.Create(_path, RecordingFormat.Pcm16))
        {
            writer.Write(new short[80]);
            writer.Flush();
            Assert.Equal(TimeSpan.FromMilliseconds(10), WavRepair.Finish(_path));
            File.Move(_path, moved, overwrite: true);
            writer.Write(new short[80]);
        }
        Assert.Equal(160, WavReader.ReadFile(moved).Length);
        File.Delete(moved);
    }

    public void Dispose() => File.Delete(_path);

    private void AssertHead(int length)
    {
        var file = File.ReadAllBytes(_path);
        Assert.Equal((length, length - 8, length - 44), (file.Length, BitConverter.ToInt32(file, 4), BitConverter.ToInt32(file, 40)));
    }
}
