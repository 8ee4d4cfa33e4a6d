using System.Buffers.Binary;
using System.Net;
using CallCluster.Media.Dtls;
using CallCluster.Media.Engine;
using CallCluster.Media.Ice;
using CallCluster.Media.Rtp;
using CallCluster.Media.Tests.Engine;
using CallCluster.Media.Tests.Ice;

namespace CallCluster.Media.Tests.Dtls;

/// <summary>What strangers, their ClientHellos and noise can do to a handshake.</summary>
public sealed class DtlsStrangersTests : DtlsStreamTest
{
    private static readonly byte[] HalfAHello = [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 14, 1, 0, 0, 80, 0, 0, 0, 0, 0, 0, 0, 2, 0xFE, 0xFD];

    [Fact]
    public void Noise_before_during_and_after_the_handshake_changes_nothing()
    {
        using var mallory = Peer(3);
        var random = new Random(1);
        var ((alice, a, x), (bob, b, y)) = (Leg(1), Leg(2));
        Configure(y, x, DtlsRole.Server, mayLatch: false);
        Settle(y);
        // A stranger's ClientHello is not looked at: the signalled address is x's.
        mallory.Send(y.LocalPort, HalfAHello);
        WaitForDropped(RtpDropReason.Foreign, 1);
        Noise(x, y);
        Configure(x, y, DtlsRole.Client);
        Noise(x, y);
        WaitForHandshakes(2);
        Exchange(alice, a, bob, b);
        Noise(x, y);
        Exchange(alice, a, bob, b);
        AssertNothingTold();
        Assert.Equal(0, Engine.Totals().Faults);

        // From the peer's own port, through its engine's socket: records of every kind, of this epoch and others, with nothing right in them.
        void Noise(MediaStream from, MediaStream to)
        {
            for (var i = 0; i < 200; i++)
            {
                var datagram = new byte[random.Next(1, 200)];
                random.NextBytes(datagram);
                datagram[0] = (byte)random.Next(20, 64);
                if (i % 2 == 0 && datagram.Length > 13)
                    ((ReadOnlySpan<byte>)[0xFE, 0xFD, 0, (byte)(i / 2 % 3), 0, 0, 0, 0, 0, (byte)i, 0, (byte)(datagram.Length - 13)]).CopyTo(datagram.AsSpan(1));
                // An alert in the clear could end a handshake: that takes the peer's address, so it is not noise.
                if (datagram[0] == 21)
                    datagram[0] = 23;
                from.RtpSocket.Socket.SendTo(datagram, new IPEndPoint(IPAddress.Loopback, to.LocalPort));
            }
        }
    }

    [Fact]
    public void The_signalled_address_takes_the_handshake_from_whoever_began_it()
    {
        using var mallory = Peer(3);
        var ((alice, a, x), (bob, b, y)) = (Leg(1), Leg(2));
        Configure(y, x, DtlsRole.Server);
        Settle(y);
        mallory.Send(y.LocalPort, HalfAHello);
        mallory.SendAudio(y.LocalPort);
        WaitForDropped(RtpDropReason.Unkeyed, 1); // and so the datagram before has been taken
        Configure(x, y, DtlsRole.Client);
        WaitForHandshakes(2);
        Exchange(alice, a, bob, b);
        Assert.False(mallory.HasPacket);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_no_ClientHello_keeps_no_peer_out_that_sdp_does_not_name(bool isHalf)
    {
        using var mallory = Peer(3);
        using var inside = Peer(4); // the address before the NAT
        var ((alice, a, x), (bob, b, y)) = (Leg(1), Leg(2));
        Configure(y, inside.Address.Port, DtlsRole.Server);
        Settle(y);
        mallory.Send(y.LocalPort, isHalf ? HalfAHello : [0x14]);
        mallory.SendAudio(y.LocalPort);
        WaitForDropped(RtpDropReason.Unkeyed, 1);
        Configure(x, y, DtlsRole.Client);
        WaitForHandshakes(2);
        Exchange(alice, a, bob, b);
        Assert.False(mallory.HasPacket);
    }

    [Fact]
    public void A_ClientHello_gets_a_cookie_only_and_who_goes_no_further_than_to_bring_it_back_is_replaced()
    {
        using var mallory = Peer(3);
        using var inside = Peer(4);
        var ((alice, a, x), (bob, b, y)) = (Leg(1), Leg(2));
        var hello = Hello();
        Configure(y, inside.Address.Port, DtlsRole.Server);
        Settle(y);
        var running = Engine.Handshakes.Running;
        mallory.Send(y.LocalPort, hello);
        var answer = new byte[2048];
        var length = mallory.Rtp.Receive(answer);
        Assert.True(length < hello.Length && answer[13] == 3, "a HelloVerifyRequest, smaller than what it answers");
        Assert.Equal(running, Engine.Handshakes.Running);

        mallory.Send(y.LocalPort, WithCookie(hello, CookieOf(answer)));
        WaitFor(() => Engine.Handshakes.Running == running + 1, "the cookie is taken");
        Configure(x, y, DtlsRole.Client);
        WaitForDropped(RtpDropReason.Foreign, 1);
        Advance(2001);
        WaitForHandshakes(2);
        Exchange(alice, a, bob, b);
    }

    [Fact]
    public void Beyond_what_a_second_allows_ClientHellos_are_dropped_and_those_of_the_signalled_address_have_an_allowance_of_their_own()
    {
        using var mallory = Peer(3);
        var ((alice, a, x), (bob, b, y)) = (Leg(1), Leg(2));
        var hello = Hello();
        Configure(y, x, DtlsRole.Server);
        Settle(y);
        for (var second = 1; second <= 2; second++)
        {
            Flood(mallory, y, hello, HelloAllowance.PerSecond, 7);
            if (second == 1)
                Advance(1000);
        }
        Assert.Single(Log.Collector.GetSnapshot(), told => told.Message.Contains($"from {mallory.Address}, came to the leg at port {y.LocalPort}", StringComparison.Ordinal));

        Configure(x, y, DtlsRole.Client);
        WaitForHandshakes(2);
        Exchange(alice, a, bob, b);
        Assert.Equal(14, Engine.Totals().DroppedFor(RtpDropReason.Hello));
    }

    [Fact]
    public void First_hellos_of_strangers_take_nothing_from_the_hello_that_brings_a_cookie_back()
    {
        using var mallory = Peer(3);
        using var behindNat = Peer(5);
        using var inside = Peer(4);
        var (_, _, y) = Leg(2);
        var hello = Hello();
        Configure(y, inside.Address.Port, DtlsRole.Server);
        Settle(y);
        var running = Engine.Handshakes.Running;
        behindNat.Send(y.LocalPort, hello);
        var answer = new byte[2048];
        behindNat.Rtp.Receive(answer);
        Flood(mallory, y, hello, HelloAllowance.PerSecond - 1, 8);
        behindNat.Send(y.LocalPort, WithCookie(hello, CookieOf(answer)));
        WaitFor(() => Engine.Handshakes.Running == running + 1, "the cookie is taken");
    }

    [Fact]
    public void After_the_handshake_records_that_no_peer_needs_start_no_thread()
    {
        var ((alice, a, x), (bob, b, y)) = (Leg(1), Leg(2));
        Configure(y, x, DtlsRole.Server);
        Configure(x, y, DtlsRole.Client);
        WaitForHandshakes(2);
        WaitFor(() => Engine.Handshakes.Running == 0, "both are idle");
        var started = Engine.Handshakes.Started;
        for (var i = 0; i < 500; i++)
            x.RtpSocket.Socket.SendTo([(byte)(20 + i % 4), 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 1, (byte)i, 0, 0], new IPEndPoint(IPAddress.Loopback, y.LocalPort));
        Exchange(alice, a, bob, b);
        Assert.Equal(started, Engine.Handshakes.Started);
    }

    [Fact]
    public void Half_a_ClientHello_by_a_way_that_ice_proved_holds_the_handshake_up_for_a_second_only()
    {
        var ice = new IceParameters("ours", "our-password-of-22-chars", "theirs");
        var (x, y) = (Engine.Open(this), Engine.Open(this));
        y.Configure(new MediaStreamParameters { Remote = new IPEndPoint(IPAddress.Any, 9), RtcpMux = true, Ice = ice, Dtls = new DtlsParameters(DtlsRole.Server, [Engine.Fingerprint]) });
        Settle(y);
        var to = new IPEndPoint(IPAddress.Loopback, y.LocalPort);
        x.RtpSocket.Socket.SendTo(IceChecker.Check(ice, nominate: true), to);
        x.RtpSocket.Socket.SendTo(HalfAHello, to);
        WaitFor(() => Engine.Handshakes.Running == 1, "the server waits for the rest");
        Configure(x, y, DtlsRole.Client);
        Settle(x);
        Advance(1001);
        WaitForHandshakes(2);
    }

    /// <summary>All hellos that a second allows, each answered with less than it has, and <paramref name="more"/> that are dropped.</summary>
    private void Flood(RtpPeer mallory, MediaStream stream, byte[] hello, int allowed, int more)
    {
        var dropped = Engine.Totals().DroppedFor(RtpDropReason.Hello);
        var answer = new byte[2048];
        for (var i = 0; i < allowed; i++)
        {
            mallory.Send(stream.LocalPort, hello);
            Assert.True(mallory.Rtp.Receive(answer) < hello.Length);
        }
        for (var i = 0; i < more; i++)
            mallory.Send(stream.LocalPort, hello);
        WaitForDropped(RtpDropReason.Hello, (int)dropped + more);
        Assert.False(mallory.HasPacket);
    }

    /// <summary>The ClientHello of a stream that has a peer which does not answer.</summary>
    private byte[] Hello()
    {
        using var silent = Peer(9);
        using var stream = Open(silent, p => p with { RtcpMux = true, Dtls = new DtlsParameters(DtlsRole.Client, [Another]) });
        var hello = new byte[2048];
        hello = hello[..silent.Rtp.Receive(hello)];
        stream.Dispose();
        WaitFor(() => Engine.Handshakes.Running == 0, "it has ended");
        return hello;
    }

    /// <summary>What a HelloVerifyRequest has after the headers and the version: the cookie with its length.</summary>
    private static ReadOnlySpan<byte> CookieOf(byte[] answer) => answer.AsSpan(13 + 12 + 2, answer[13 + 12 + 2] + 1);

    /// <summary>RFC 6347 section 4.2.2: the same hello, next in sequence, with the cookie after the session id.</summary>
    private static byte[] WithCookie(byte[] hello, ReadOnlySpan<byte> cookie)
    {
        const int sessionId = 13 + 12 + 2 + 32;
        var at = sessionId + 1 + hello[sessionId];
        byte[] second = [.. hello.AsSpan(0, at), .. cookie, .. hello.AsSpan(at + 1)];
        second[10] = second[18] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(second.AsSpan(11), (ushort)(second.Length - 13));
        BinaryPrimitives.WriteUInt16BigEndian(second.AsSpan(15), (ushort)(second.Length - 25));
        BinaryPrimitives.WriteUInt16BigEndian(second.AsSpan(23), (ushort)(second.Length - 25));
        return second;
    }
}
