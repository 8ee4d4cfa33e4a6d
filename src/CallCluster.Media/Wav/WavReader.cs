using System.Buffers.Binary;
using CallCluster.Media.Codecs;

namespace CallCluster.Media.Wav;

/// <summary>Reads WAV files of 16-bit PCM or G.711 into 8000 Hz mono: other rates from 4000 to 192000 Hz are resampled, up to 8 channels mixed down.</summary>
public static class WavReader
{
    private const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <exception cref="WavFormatException">It is no WAV file or of a kind that is not read; the message says why.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static short[] ReadFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length > MaxBytes)
            throw new WavFormatException($"{path}: {file.Length} bytes are more than the {MaxBytes} that are read.");
        var bytes = new byte[file.Length];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        try
        {
            return Read(bytes.AsSpan(0, length));
        }
        catch (WavFormatException e)
        {
            throw new WavFormatException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a whole file held in memory. A data chunk longer than the file, as a crashed writer leaves it, is taken as far as it goes.</summary>
    /// <exception cref="WavFormatException">As <see cref="ReadFile"/>.</exception>
    public static short[] Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || !file.StartsWith("RIFF"u8) || !file[8..].StartsWith("WAVE"u8))
            throw new WavFormatException("It does not begin with RIFF....WAVE: it is no WAV file.");
        ReadOnlySpan<byte> format = default;
        // RIFF: chunks of id(32) length(32) content, padded to even length.
        for (var rest = file[12..]; rest.Length >= 8;)
        {
            var declared = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            var length = (int)Math.Min(declared, (uint)(rest.Length - 8));
            var content = rest.Slice(8, length);
            if (rest.StartsWith("fmt "u8))
                format = content;
            else if (rest.StartsWith("data"u8))
                return ReadData(format, content);
            rest = rest[(int)Math.Min(rest.Length, 8L + length + (length & 1))..];
        }
        throw new WavFormatException("It has no data chunk.");
    }

    private static short[] ReadData(ReadOnlySpan<byte> format, ReadOnlySpan<byte> data)
    {
        if (format.Length < 16)
            throw new WavFormatException("It has no fmt chunk before its data.");
        var code = BinaryPrimitives.ReadUInt16LittleEndian(format);
        var channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        // WAVE_FORMAT_EXTENSIBLE: the first two bytes of the sub-format's GUID are the code.
        if (code == WavFormat.Extensible && format.Length >= 26)
            code = BinaryPrimitives.ReadUInt16LittleEndian(format[24..]);
        if (channels is 0 or > 8 || rate is < 4000 or > 192_000)
            throw new WavFormatException($"{channels} channels at {rate} Hz: 1 to 8 channels at 4000 to 192000 Hz are read.");

        var samples = (code, bits) switch
        {
            (WavFormat.Pcm, 16) => ReadPcm(data),
            (WavFormat.MuLaw, 8) => ReadG711(data, G711Law.Mu),
            (WavFormat.ALaw, 8) => ReadG711(data, G711Law.A),
            _ => throw new WavFormatException($"Format code {code} with {bits} bits: 16-bit PCM (1), A-law (6) and mu-law (7) are read. Convert it, for example with: sox IN.wav -r 8000 -c 1 -b 16 OUT.wav"),
        };
        return Resampler.Resample(MixDown(samples, channels), (int)rate, 8000);
    }

    private static short[] ReadPcm(ReadOnlySpan<byte> data)
    {
        var samples = new short[data.Length / 2];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(data[(i * 2)..]);
        return samples;
    }

    private static short[] ReadG711(ReadOnlySpan<byte> data, G711Law law)
    {
        var samples = new short[data.Length];
        G711.Decode(data, samples, law);
        return samples;
    }

    private static short[] MixDown(short[] samples, int channels)
    {
        if (channels == 1)
            return samples;
        var mixed = new short[samples.Length / channels];
        for (var i = 0; i < mixed.Length; i++)
        {
            var sum = 0;
            foreach (var sample in samples.AsSpan(i * channels, channels))
                sum += sample;
            mixed[i] = (short)(sum / channels);
        }
        return mixed;
    }
}
