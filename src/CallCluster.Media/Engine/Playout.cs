using CallCluster.Media.Codecs;
using CallCluster.Media.Prompts;

namespace CallCluster.Media.Engine;

/// <summary>Cuts a list of prompts into frames.</summary>
internal sealed class Playout(Prompt[] prompts, bool loop, bool interruptible, long playId, long order)
{
    private readonly bool _hasAudio = Array.Exists(prompts, p => p.Samples > 0);
    private int _index;
    private int _offset;

    public bool Interruptible { get; } = interruptible;

    public long PlayId { get; } = playId;

    /// <summary>Its place among the engine's bridges and playouts.</summary>
    public long Order { get; } = order;

    /// <summary>Fills a frame; the last one is filled up with silence. False when all was played before it.</summary>
    public bool Fill(Span<byte> frame, G711Law law)
    {
        var filled = 0;
        while (filled < frame.Length && _hasAudio && TryCurrent(out var prompt))
        {
            var rest = prompt.Codes(law)[_offset..];
            var part = rest[..Math.Min(rest.Length, frame.Length - filled)];
            part.CopyTo(frame[filled..]);
            filled += part.Length;
            _offset += part.Length;
        }
        frame[filled..].Fill(G711.Silence(law));
        return filled > 0;
    }

    private bool TryCurrent(out Prompt prompt)
    {
        while (_index < prompts.Length && _offset >= prompts[_index].Samples)
        {
            _offset = 0;
            _index++;
            if (loop && _index == prompts.Length)
                _index = 0;
        }
        prompt = _index < prompts.Length ? prompts[_index] : null!;
        return _index < prompts.Length;
    }
}
