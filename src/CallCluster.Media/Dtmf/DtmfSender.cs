namespace CallCluster.Media.Dtmf;

/// <summary>
/// Steps through the packets of a string of keys, one packet a period: updates while a key is down, the end three times (RFC 4733 section 2.5.1.4), then a pause.
/// Holds no clock and no socket.
/// </summary>
internal sealed class DtmfSender
{
    /// <summary>How long each key is down.</summary>
    public const int ToneMilliseconds = 100;

    /// <summary>Silence between the last end packet and the next key; with the end's repetitions more than the 40 ms that receivers need.</summary>
    public const int PauseMilliseconds = 40;

    /// <summary>Keys that wait at most: five seconds of them. Who presses more and faster, or pretends to, is not heard for minutes.</summary>
    public const int MostKeys = 32;

    private const int EndPackets = 3;
    private const int Volume = 10;
    private readonly Queue<byte> _keys = new();
    private int _elapsed;
    private int _ends;
    private int _pause;
    private bool _down;

    /// <summary>True while something is left to send or to wait for.</summary>
    public bool IsActive => _down || _pause > 0 || _keys.Count > 0;

    /// <summary>Adds keys behind those that wait; returns how many had no room.</summary>
    /// <exception cref="ArgumentException">A character is none of 0-9 * # A-D.</exception>
    public int Enqueue(string digits)
    {
        var taken = Math.Min(digits.Length, MostKeys - _keys.Count);
        foreach (var digit in digits.AsSpan(0, taken))
            _keys.Enqueue((byte)DtmfDigits.CodeOf(digit));
        return digits.Length - taken;
    }

    /// <summary>Forgets all keys.</summary>
    public void Clear()
    {
        _keys.Clear();
        _down = false;
        _pause = 0;
    }

    /// <summary>The packet of this period, if it has one.</summary>
    /// <param name="periodMilliseconds">Time since the last call.</param>
    /// <param name="clock">Units a second of the event's duration.</param>
    /// <param name="next">The payload to send.</param>
    /// <param name="starts">It is the first of its key: marker bit and a new timestamp (section 2.5.1.1).</param>
    public bool Next(int periodMilliseconds, int clock, out TelephoneEvent next, out bool starts)
    {
        next = default;
        starts = false;
        if (!_down)
        {
            if (_pause > 0)
            {
                _pause -= periodMilliseconds;
                return false;
            }
            if (_keys.Count == 0)
                return false;
            _down = starts = true;
            _elapsed = 0;
            _ends = 0;
        }
        if (_elapsed < ToneMilliseconds)
            _elapsed += periodMilliseconds;
        var end = _elapsed >= ToneMilliseconds;
        next = new TelephoneEvent(_keys.Peek(), end, Volume, (ushort)(_elapsed * clock / 1000));
        if (end && ++_ends == EndPackets)
        {
            _keys.Dequeue();
            _down = false;
            _pause = PauseMilliseconds;
        }
        return true;
    }
}
