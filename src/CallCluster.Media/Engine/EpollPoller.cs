using System.ComponentModel;
using System.Runtime.InteropServices;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

/// <summary>
/// One level-triggered epoll set. One datagram is taken for each readiness: with a port per stream there is seldom a second, and asking for it would cost a system call for each
/// packet; level triggering brings it back next time.
/// </summary>
internal sealed unsafe class EpollPoller : DatagramPoller
{
    private const int MaxEvents = 512;
    private const int WakeToken = -1;
    private readonly int _epoll;
    private readonly int _wake;
    private readonly byte* _memory;
    private readonly byte* _receiveAddress;
    private readonly uint* _receiveAddressLength;
    private readonly byte* _sendAddress;

    public EpollPoller()
    {
        _epoll = Check(LinuxCalls.EpollCreate(LinuxCalls.CloseOnExec));
        _wake = Check(LinuxCalls.EventDescriptor(0, LinuxCalls.CloseOnExec | LinuxCalls.NonBlocking));
        _memory = (byte*)NativeMemory.AlignedAlloc(MaxEvents * 16 + 128, 64);
        _receiveAddress = _memory + MaxEvents * 16;
        _sendAddress = _receiveAddress + 32;
        _receiveAddressLength = (uint*)(_sendAddress + 32);
        // Edge-triggered: each write wakes once, and the count need not be read back.
        Control(LinuxCalls.EpollAdd, _wake, WakeToken, LinuxCalls.EpollIn | LinuxCalls.EpollEdge);
    }

    public override void Add(DatagramSocket socket, int token) => Control(LinuxCalls.EpollAdd, socket.Descriptor, token);

    public override void Remove(DatagramSocket socket, int token) => Control(LinuxCalls.EpollDelete, socket.Descriptor, token);

    public override int Wait(Span<int> ready, int timeoutMilliseconds)
    {
        var count = LinuxCalls.EpollWait(_epoll, _memory, Math.Min(ready.Length, MaxEvents), timeoutMilliseconds);
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            var token = *(int*)(_memory + i * LinuxCalls.EventSize + LinuxCalls.EventDataOffset);
            if (token != WakeToken)
                ready[kept++] = token;
        }
        return kept;
    }

    public override void Sleep(int microseconds)
    {
        var duration = stackalloc long[2];
        duration[0] = microseconds / 1_000_000;
        duration[1] = microseconds % 1_000_000 * 1000L;
        _ = LinuxCalls.NanoSleep(duration, null);
    }

    public override int Receive(DatagramSocket socket, Span<byte> buffer, out PeerAddress from)
    {
        *_receiveAddressLength = 28;
        fixed (byte* target = buffer)
        {
            var length = (int)LinuxCalls.ReceiveFrom(socket.Descriptor, target, (nuint)buffer.Length, LinuxCalls.DontWait | LinuxCalls.Truncate, _receiveAddress, _receiveAddressLength);
            from = length < 0 ? default : PeerAddress.ReadSockaddr(new ReadOnlySpan<byte>(_receiveAddress, 28));
            return length;
        }
    }

    public override bool Send(DatagramSocket socket, ReadOnlySpan<byte> datagram, in PeerAddress to)
    {
        var length = to.WriteSockaddr(new Span<byte>(_sendAddress, 28), socket.Family);
        fixed (byte* source = datagram)
            return LinuxCalls.SendTo(socket.Descriptor, source, (nuint)datagram.Length, LinuxCalls.DontWait, _sendAddress, (uint)length) == datagram.Length;
    }

    public override void Wake()
    {
        ulong one = 1;
        _ = LinuxCalls.Write(_wake, &one, sizeof(ulong));
    }

    public override void Dispose()
    {
        _ = LinuxCalls.Close(_wake);
        _ = LinuxCalls.Close(_epoll);
        NativeMemory.AlignedFree(_memory);
    }

    private void Control(int operation, int descriptor, int token, uint events = LinuxCalls.EpollIn)
    {
        var epollEvent = stackalloc byte[16];
        *(uint*)epollEvent = events;
        *(long*)(epollEvent + LinuxCalls.EventDataOffset) = token;
        Check(LinuxCalls.EpollControl(_epoll, operation, descriptor, epollEvent));
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());
}
