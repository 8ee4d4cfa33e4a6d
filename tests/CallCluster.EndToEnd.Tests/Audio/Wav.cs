using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CallCluster.EndToEnd.Tests.Audio;

/// <summary>Reads mono WAV of 16 bit PCM or G.711, by the RIFF rules and not with the product's own code.</summary>
public static class Wav
{
    private const int Pcm = 1;
    private const int ALaw = 6;
    private const int MuLaw = 7;

    public static short[] ReadSamples(string path, int sampleRate = Tone.SampleRate) => ReadSamples(File.ReadAllBytes(path), sampleRate);

    public static short[] ReadSamples(ReadOnlySpan<byte> file, int sampleRate = Tone.SampleRate)
    {
        Assert.True(file.Length > 44 && file[..4].SequenceEqual("RIFF"u8) && file[8..12].SequenceEqual("WAVE"u8), "no WAV file");
        var format = 0;
        for (var at = 12; at + 8 <= file.Length;)
        {
            var size = BinaryPrimitives.ReadInt32LittleEndian(file[(at + 4)..]);
            var chunk = file.Slice(at + 8, Math.Min(size, file.Length - at - 8));
            if (file.Slice(at, 4).SequenceEqual("fmt "u8))
            {
                format = BinaryPrimitives.ReadInt16LittleEndian(chunk);
                Assert.Equal(1, BinaryPrimitives.ReadInt16LittleEndian(chunk[2..]));
                Assert.Equal(sampleRate, BinaryPrimitives.ReadInt32LittleEndian(chunk[4..]));
            }
            else if (file.Slice(at, 4).SequenceEqual("data"u8))
            {
                return format switch
                {
                    Pcm => MemoryMarshal.Cast<byte, short>(chunk[..(chunk.Length & ~1)]).ToArray(),
                    MuLaw => Decode(chunk, G711.MuLawToLinear),
                    ALaw => Decode(chunk, G711.ALawToLinear),
                    _ => throw new InvalidDataException($"WAV format {format}"),
                };
            }
            at += 8 + size + (size & 1);
        }
        throw new InvalidDataException("WAV without data");
    }

    private static short[] Decode(ReadOnlySpan<byte> data, Func<byte, short> decode)
    {
        var samples = new short[data.Length];
        for (var i = 0; i < samples.Length; i++) samples[i] = decode(data[i]);
        return samples;
    }
}
