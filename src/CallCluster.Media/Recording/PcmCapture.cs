namespace CallCluster.Media.Recording;

/// <summary>Keeps the audio received on a stream in memory as 8000 Hz 16-bit samples; gaps are filled by RTP timestamp, lost packets with what probably was said, pauses with silence. Safe to read while it fills.</summary>
/// <param name="maxLength">What comes after this length is not kept.</param>
public sealed class PcmCapture(TimeSpan maxLength)
{
    private readonly Lock _lock = new();
    private readonly int _limit = checked((int)(maxLength.TotalSeconds * 8000));
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private short[] _samples = new short[Math.Min(16_000, (int)(maxLength.TotalSeconds * 8000))];
    private int _count;

    /// <summary>A capture that keeps up to ten minutes.</summary>
    public PcmCapture() : this(TimeSpan.FromMinutes(10)) { }

    /// <summary>Samples kept so far.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    /// <summary>A copy of all samples kept so far.</summary>
    public short[] ToArray()
    {
        lock (_lock)
            return _samples.AsSpan(0, _count).ToArray();
    }

    /// <summary>A copy of the samples from <paramref name="start"/> on.</summary>
    public short[] ToArray(int start)
    {
        lock (_lock)
            return start >= _count ? [] : _samples.AsSpan(start, _count - start).ToArray();
    }

    /// <summary>Completes when at least <paramref name="count"/> samples were kept; never, but for the token, when the peer falls silent or the length is reached first.</summary>
    public Task WaitAsync(int count, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_count >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task.WaitAsync(cancellationToken);
        }
    }

    internal void Write(int gap, ReadOnlySpan<short> samples)
    {
        lock (_lock)
        {
            var end = (int)Math.Min(_limit, (long)_count + gap + samples.Length);
            if (end > _samples.Length)
                Array.Resize(ref _samples, Math.Min(_limit, Math.Max(_samples.Length * 2, end)));
            // A gap's samples are zero already: nothing is ever taken back.
            var start = Math.Min(end, _count + gap);
            samples[..(end - start)].CopyTo(_samples.AsSpan(start));
            _count = end;
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_waiting[i].Count > _count)
                    continue;
                _waiting[i].Reached.TrySetResult();
                _waiting.RemoveAt(i);
            }
        }
    }
}
