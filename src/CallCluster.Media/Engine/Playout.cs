using CallCluster.Media.Codecs;
using CallCluster.Media.Prompts;

namespace CallCluster.Media.Engine;

/// <summary>Cuts a list of prompts into frames.</summary>
internal sealed class Playout(Prompt[] prompts, bool loop, bool interruptible, long playId, long order)
{
    private readonly Prompt[] _prompts = prompts;
    private readonly bool _hasAudio = Array.Exists(prompts, p => p.Samples > 0);
    private int _index;
    private int _offset;

    public bool Loops { get; } = loop;

    public bool Interruptible { get; } = interruptible;

    public long PlayId { get; } = playId;

    /// <summary>Its place among the engine's bridges and playouts.</summary>
    public long Order { get; } = order;

    /// <summary>Music that something was played in place of goes on where it was cut: nobody hears its beginning again and again.</summary>
    public void GoOnFrom(Playout before)
    {
        if (Loops && before._prompts.AsSpan().SequenceEqual(_prompts)) (_index, _offset) = (before._index, before._offset);
    }

    /// <summary>Fills a frame; the last one is filled up with silence. False when all was played before it.</summary>
    public bool Fill(Span<byte> frame, MediaCodec codec)
    {
        var filled = 0;
        while (filled < frame.Length && _hasAudio && TryCurrent(out var prompt))
        {
            var rest = prompt.Codes(codec)[_offset..];
            var part = rest[..Math.Min(rest.Length, frame.Length - filled)];
            part.CopyTo(frame[filled..]);
            filled += part.Length;
            _offset += part.Length;
        }
        frame[filled..].Fill(Silence(codec));
        return filled > 0;
    }

    // Of G.722 it is the smallest step of both bands, after which the decoder comes to rest.
    private static byte Silence(MediaCodec codec) => codec == MediaCodec.G722 ? (byte)0xFF : G711.Silence(codec.Law());

    private bool TryCurrent(out Prompt prompt)
    {
        while (_index < _prompts.Length && _offset >= _prompts[_index].Samples)
        {
            _offset = 0;
            _index++;
            if (Loops && _index == _prompts.Length)
                _index = 0;
        }
        prompt = _index < _prompts.Length ? _prompts[_index] : null!;
        return _index < _prompts.Length;
    }
}
