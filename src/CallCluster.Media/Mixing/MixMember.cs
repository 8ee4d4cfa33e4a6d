using CallCluster.Media.Codecs;
using CallCluster.Media.Engine;

namespace CallCluster.Media.Mixing;

/// <summary>One stream in a mix: what it says, whom it hears, and what it is to be sent. Touched on the mix's thread only; nothing here allocates after the start.</summary>
internal sealed class MixMember(MediaMix mix, MediaStream stream)
{
    private const int MostHeld = 480 + PlayoutBuffer.Frame;
    private readonly short[] _said = new short[PlayoutBuffer.Frame];
    private readonly short[] _heard = new short[MostHeld];
    private int _held;
    private bool _isSaying;

    public MediaMix Mix { get; } = mix;

    public MediaStream Stream { get; } = stream;

    /// <summary>Members that this one hears; some may not be there yet, or any more.</summary>
    public MixMember[] Hears { get; set; } = [];

    /// <summary>What the member says, until the mix takes it.</summary>
    public PlayoutBuffer Said { get; } = new();

    public AudioEncoder Encoder { get; } = new();

    /// <summary>Forgets all audio: the member comes or goes.</summary>
    public void Clear()
    {
        Said.Clear();
        _isSaying = false;
        _held = 0;
    }

    /// <summary>Takes the next 20 ms of what the member says.</summary>
    public void Take() => _isSaying = Said.TryRead(_said);

    /// <summary>Adds up the next 20 ms of what the member hears, saturated, behind what waits to be sent.</summary>
    /// <returns>The 20 ms.</returns>
    public ReadOnlySpan<short> Hear()
    {
        if (_held > MostHeld - PlayoutBuffer.Frame)
            _held = 0;
        Span<int> sum = stackalloc int[PlayoutBuffer.Frame];
        sum.Clear();
        foreach (var member in Hears)
        {
            if (!member._isSaying)
                continue;
            for (var i = 0; i < sum.Length; i++)
                sum[i] += member._said[i];
        }
        var heard = _heard.AsSpan(_held, PlayoutBuffer.Frame);
        for (var i = 0; i < heard.Length; i++)
            heard[i] = (short)Math.Clamp(sum[i], short.MinValue, short.MaxValue);
        _held += PlayoutBuffer.Frame;
        return heard;
    }

    /// <summary>Encodes the next packet of what was heard.</summary>
    /// <param name="payload">Room for the packet's payload, a byte a sample.</param>
    /// <param name="codec">The codec.</param>
    /// <returns>False when not enough was heard to fill it.</returns>
    public bool TryEncode(Span<byte> payload, MediaCodec codec)
    {
        if (_held < payload.Length)
            return false;
        Encoder.Encode(_heard.AsSpan(0, payload.Length), payload, codec);
        _held -= payload.Length;
        _heard.AsSpan(payload.Length, _held).CopyTo(_heard);
        return true;
    }

    /// <summary>Something else is sent in place of what was heard.</summary>
    public void Discard() => _held = 0;
}
