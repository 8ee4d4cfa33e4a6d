namespace CallCluster.Media.Dtmf;

/// <summary>
/// Tells each key once, at its first packet, whichever of its packets arrive: an event is known by its SSRC and timestamp (RFC 4733 section 2.5.1.2), so updates and
/// the end's repetitions are the same key, a lost end costs nothing, and one that is late is no new key.
/// </summary>
internal struct DtmfReceiver
{
    private bool _any;
    private uint _ssrc;
    private uint _timestamp;
    private TelephoneEvent _last;

    /// <summary>Takes one event packet; true with the key when it is a new one.</summary>
    public bool Receive(in TelephoneEvent received, uint ssrc, uint timestamp, out char digit)
    {
        digit = '\0';
        if (_any && ssrc == _ssrc)
        {
            var ahead = (int)(timestamp - _timestamp);
            if (ahead < 0)
                return false;
            // RFC 4733 section 2.5.1.3: a key held beyond 65535 units goes on in a new segment that starts where the last one was full.
            var continues = ahead == 0 || (received.Code == _last.Code && !_last.End && ahead == ushort.MaxValue && _last.Duration == ushort.MaxValue);
            if (continues)
            {
                _last = received with { End = ahead == 0 && _last.End || received.End };
                _timestamp = timestamp;
                return false;
            }
        }
        _any = true;
        _ssrc = ssrc;
        _timestamp = timestamp;
        _last = received;
        return DtmfDigits.TryGetDigit(received.Code, out digit);
    }
}
