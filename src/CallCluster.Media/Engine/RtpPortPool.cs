using System.Net;

namespace CallCluster.Media.Engine;

/// <summary>Binds pairs of an even RTP port and the RTCP port above it. Pairs are handed out in turn, so that one just freed is the last to be used again.</summary>
internal sealed class RtpPortPool
{
    private const int SystemAttempts = 64;
    private readonly Lock _lock = new();
    private readonly IPAddress _address;
    private readonly int _first;
    private readonly bool[] _taken;
    private int _next;
    private int _inUse;

    public RtpPortPool(IPAddress address, int portMin, int portMax)
    {
        _address = address;
        _first = portMin + (portMin & 1);
        if (portMin != 0 || portMax != 0)
        {
            if (portMin < 1 || portMax > 65535 || _first + 1 > portMax)
                throw new ArgumentOutOfRangeException(nameof(portMax), $"RTP ports {portMin}-{portMax} hold no pair of an even port and the next one.");
            _taken = new bool[(portMax - _first + 1) / 2];
        }
        else
        {
            _taken = [];
        }
    }

    /// <summary>Pairs that a call or the rest after it holds.</summary>
    public int InUse => Volatile.Read(ref _inUse);

    /// <summary>Pairs of the range; 0 when the system chooses.</summary>
    public int Capacity => _taken.Length;

    /// <exception cref="NoPortAvailableException">No pair could be bound.</exception>
    public (DatagramSocket Rtp, DatagramSocket Rtcp) Take()
    {
        lock (_lock)
        {
            var pair = _taken.Length == 0 ? FromSystem() : FromRange();
            _inUse++;
            return pair;
        }
    }

    /// <summary>Closes a pair; its ports are free at once.</summary>
    public void Return(DatagramSocket rtp, DatagramSocket rtcp)
    {
        lock (_lock)
        {
            rtp.Dispose();
            rtcp.Dispose();
            _inUse--;
            if (_taken.Length > 0)
                _taken[(rtp.Port - _first) / 2] = false;
        }
    }

    private (DatagramSocket, DatagramSocket) FromRange()
    {
        for (var i = 0; i < _taken.Length; i++)
        {
            var index = _next;
            _next = (_next + 1) % _taken.Length;
            if (!_taken[index] && Bind(_first + index * 2) is { } pair)
            {
                _taken[index] = true;
                return pair;
            }
        }
        throw new NoPortAvailableException($"No RTP port pair is free in {_first}-{_first + _taken.Length * 2 - 1}: {_inUse} of {_taken.Length} are in use or resting.");
    }

    private (DatagramSocket, DatagramSocket) FromSystem()
    {
        for (var i = 0; i < SystemAttempts; i++)
        {
            using var probe = DatagramSocket.TryBind(_address, 0);
            if (probe is null)
                continue;
            var even = probe.Port & ~1;
            probe.Dispose();
            if (even != 0 && Bind(even) is { } pair)
                return pair;
        }
        throw new NoPortAvailableException($"The system gave no even RTP port with the next one free in {SystemAttempts} attempts.");
    }

    private (DatagramSocket, DatagramSocket)? Bind(int port)
    {
        var rtp = DatagramSocket.TryBind(_address, port);
        if (rtp is null)
            return null;
        if (DatagramSocket.TryBind(_address, port + 1) is { } rtcp)
            return (rtp, rtcp);
        rtp.Dispose();
        return null;
    }
}
