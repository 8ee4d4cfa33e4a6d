using CallCluster.Media.Rtp;
using CallCluster.Media.Srtp;

namespace CallCluster.Media.Tests.Srtp;

public sealed class SrtpReceiverTests : IDisposable
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly SrtpSender _sender = new(SrtpKeysInTests.Key(1));
    private readonly SrtpReceiver _receiver = new(SrtpKeysInTests.Key(1));

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }

    [Theory]
    [InlineData(SrtpSuite.AesCm128HmacSha1Tag80)]
    [InlineData(SrtpSuite.AesCm128HmacSha1Tag32)]
    [InlineData(SrtpSuite.AesCm256HmacSha1Tag80)]
    [InlineData(SrtpSuite.AeadAes128Gcm)]
    [InlineData(SrtpSuite.AeadAes256Gcm)]
    public void Every_suite_carries_packets_of_every_length_and_notices_every_changed_bit(SrtpSuite suite)
    {
        using var sender = new SrtpSender(SrtpKeysInTests.Key(2, suite));
        using var receiver = new SrtpReceiver(SrtpKeysInTests.Key(2, suite));
        for (ushort i = 0; i < 200; i++)
        {
            var plain = Packet(i, length: i * 7);
            var sent = Protect(sender, plain);
            Assert.Equal(plain.Length == 12, sent.AsSpan(0, plain.Length).SequenceEqual(plain));
            var changed = (byte[])sent.Clone();
            changed[i % sent.Length] ^= 1;
            Assert.NotEqual("", Receive(receiver, changed, out _));
            Assert.Equal("", Receive(receiver, sent, out var heard));
            Assert.Equal(plain, heard);
        }
    }

    [Theory]
    [InlineData(SrtpSuite.AesCm128HmacSha1Tag80, 1500)]
    [InlineData(SrtpSuite.AeadAes128Gcm, 1500)]
    [InlineData(SrtpSuite.AeadAes256Gcm, 10_000)]
    public void What_no_Ethernet_frame_carries_is_refused_before_it_costs_cryptography(SrtpSuite suite, int length)
    {
        using var receiver = new SrtpReceiver(SrtpKeysInTests.Key(2, suite));
        var datagram = new byte[length];
        datagram.AsSpan().Fill(0x80); // version 2, and an RTCP index that says it is encrypted
        Span<byte> rtp = datagram, rtcp = datagram;
        Assert.False(receiver.TryUnprotectRtp(ref rtp, out var reason));
        Assert.Equal(RtpDropReason.Oversize, reason);
        Assert.False(receiver.TryUnprotectRtcp(ref rtcp, out reason));
        Assert.Equal(RtpDropReason.Oversize, reason);
    }

    [Fact]
    public void A_packet_is_heard_once()
    {
        var first = Protect(_sender, Packet(1));
        var second = Protect(_sender, Packet(2));
        Assert.Equal("", Receive(_receiver, second, out _));
        Assert.Equal("", Receive(_receiver, first, out _));
        Assert.Equal("Replay", Receive(_receiver, first, out _));
        Assert.Equal("Replay", Receive(_receiver, second, out _));
    }

    [Fact]
    public void Nothing_is_learnt_from_a_packet_whose_tag_is_wrong()
    {
        Assert.Equal("", Receive(_receiver, Protect(_sender, Packet(65_000)), out _));
        var forged = Protect(_sender, Packet(65_030));
        forged[^1] ^= 1;
        Assert.Equal("Authentication", Receive(_receiver, forged, out _));
        // A forged wrap must not move the rollover counter either.
        Assert.Equal("Authentication", Receive(_receiver, [.. Packet(3), .. new byte[10]], out _));
        Assert.Equal("", Receive(_receiver, Protect(_sender, Packet(65_001)), out _));
    }

    [Fact]
    public void A_million_forgeries_change_nothing()
    {
        Assert.Equal("", Receive(_receiver, Protect(_sender, Packet(1)), out _));
        byte[] forged = [.. Packet(2), .. new byte[10]];
        for (var i = 0; i < 1_000_000; i++)
        {
            forged[3] = (byte)(2 + i % 250);
            Span<byte> datagram = forged;
            if (_receiver.TryUnprotectRtp(ref datagram, out var reason) || reason != RtpDropReason.Authentication)
                Assert.Fail($"{reason}");
        }
        Assert.Equal("", Receive(_receiver, Protect(_sender, Packet(2)), out _));
    }

    [Theory]
    [InlineData(SrtpSuite.AeadAes128Gcm)]
    [InlineData(SrtpSuite.AeadAes256Gcm)]
    public void Forgeries_under_an_aead_suite_do_not_cost_an_exception_each(SrtpSuite suite)
    {
        using var sender = new SrtpSender(SrtpKeysInTests.Key(2, suite));
        using var receiver = new SrtpReceiver(SrtpKeysInTests.Key(2, suite));
        var thrown = 0;
        void Count(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs e) => thrown += e.Exception is System.Security.Cryptography.AuthenticationTagMismatchException && Environment.CurrentManagedThreadId == _thread ? 1 : 0;
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            for (ushort i = 0; i < 200; i++)
            {
                var plain = Packet(i);
                var sent = Protect(sender, plain);
                for (var forged = 0; forged < 20; forged++)
                {
                    var changed = (byte[])sent.Clone();
                    changed[^(1 + forged % 16)] ^= 1;
                    Assert.Equal("Authentication", Receive(receiver, changed, out _));
                }
                Assert.Equal("", Receive(receiver, sent, out var heard));
                Assert.Equal(plain, heard);
            }
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }
        Assert.InRange(thrown, 1, 4); // of 4000: one after each 50 that were right
    }

    [Fact]
    public void The_rollover_counter_goes_on_for_hours()
    {
        for (var i = 0; i < 200_000; i += 1000)
        {
            var plain = Packet((ushort)i);
            Assert.Equal("", Receive(_receiver, Protect(_sender, plain), out var heard));
            Assert.Equal(plain, heard);
        }
    }

    [Fact]
    public void The_sender_refuses_to_use_an_index_twice()
    {
        Protect(_sender, Packet(7));
        Assert.Equal(0, _sender.ProtectRtp(Packet(7, fill: 9), new byte[300]));
        Assert.NotEqual(0, _sender.ProtectRtp(Packet(6), new byte[300]));
        Assert.Equal(0, _sender.ProtectRtp(Packet(6, fill: 9), new byte[300]));
    }

    [Fact]
    public void Sources_are_told_apart_and_never_forgotten()
    {
        var recorded = Protect(_sender, Packet(1, ssrc: 1));
        Assert.Equal("", Receive(_receiver, recorded, out _));
        for (uint ssrc = 2; ssrc <= 64; ssrc++)
        {
            using var other = new SrtpSender(SrtpKeysInTests.Key(1));
            Assert.Equal("", Receive(_receiver, Protect(other, Packet(1, ssrc: ssrc)), out _));
        }
        using var tooMany = new SrtpSender(SrtpKeysInTests.Key(1));
        Assert.Equal("Authentication", Receive(_receiver, Protect(tooMany, Packet(1, ssrc: 65)), out _));
        Assert.Equal("Replay", Receive(_receiver, recorded, out _));
    }

    [Fact]
    public void Packets_under_the_old_key_are_heard_until_the_first_under_the_new_one()
    {
        using var renewed = new SrtpSender(SrtpKeysInTests.Key(2));
        using var receiver = new SrtpReceiver(SrtpKeysInTests.Key(2));
        var late = Protect(_sender, Packet(8));
        var old = new SrtpReceiver(SrtpKeysInTests.Key(1));
        Assert.Equal("", Receive(old, Protect(_sender, Packet(9)), out _));
        receiver.Follow(old);
        Assert.Equal("", Receive(receiver, Protect(_sender, Packet(10)), out _));
        Assert.Equal("", Receive(receiver, Protect(renewed, Packet(11)), out _));
        Assert.Equal("Authentication", Receive(receiver, late, out _));
    }

    [Theory]
    [InlineData(SrtpSuite.AesCm128HmacSha1Tag80)]
    [InlineData(SrtpSuite.AeadAes128Gcm)]
    public void After_a_rekey_a_source_may_keep_its_rollover_counter_or_begin_again(SrtpSuite suite)
    {
        using var cipher = SrtpCipher.Create(SrtpKeysInTests.Key(2, suite));
        foreach (var rollover in (ReadOnlySpan<ulong>)[0, 1])
        {
            using var sender = new SrtpSender(SrtpKeysInTests.Key(1));
            var old = new SrtpReceiver(SrtpKeysInTests.Key(1));
            Assert.Equal("", Receive(old, Protect(sender, Packet(60_000)), out _));
            Assert.Equal("", Receive(old, Protect(sender, Packet(200)), out _));
            using var receiver = new SrtpReceiver(SrtpKeysInTests.Key(2, suite));
            receiver.Follow(old);
            foreach (var sequence in (ReadOnlySpan<ushort>)[201, 202])
            {
                byte[] packet = [.. Packet(sequence), .. new byte[cipher.RtpTagLength]];
                cipher.ProtectRtp(packet, 12, 1, rollover << 16 | sequence);
                Assert.Equal("", Receive(receiver, packet, out var heard));
                Assert.Equal(Packet(sequence), heard);
            }
        }
    }

    [Theory]
    [InlineData(SrtpSuite.AesCm128HmacSha1Tag32)]
    [InlineData(SrtpSuite.AeadAes256Gcm)]
    public void Rtcp_is_heard_once_and_only_when_encrypted(SrtpSuite suite)
    {
        using var sender = new SrtpSender(SrtpKeysInTests.Key(3, suite));
        using var receiver = new SrtpReceiver(SrtpKeysInTests.Key(3, suite));
        byte[] report = [0x80, 201, 0, 1, 0, 0, 0, 5];
        var target = new byte[100];
        var sent = target[..sender.ProtectRtcp(report, target)];
        Assert.Equal("", ReceiveRtcp(receiver, sent, out var heard));
        Assert.Equal(report, heard);
        Assert.Equal("Replay", ReceiveRtcp(receiver, sent, out _));
        Assert.Equal("Rtcp", ReceiveRtcp(receiver, [.. report, .. new byte[24]], out _));
        Assert.Equal("Rtcp", ReceiveRtcp(receiver, report, out _));
        var next = target[..sender.ProtectRtcp(report, target)];
        next[5] ^= 1;
        Assert.Equal("Authentication", ReceiveRtcp(receiver, next, out _));
    }

    [Fact]
    public void No_bytes_make_it_throw()
    {
        const int seed = 20261127;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < 5000; i++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            Assert.NotEqual("", Receive(_receiver, bytes, out _));
            Assert.NotEqual("", ReceiveRtcp(_receiver, bytes, out _));
        }
    }

    [Fact]
    public void Nothing_is_allocated_for_a_packet()
    {
        var plain = Packet(0);
        var target = new byte[300];
        var allocated = 0L;
        for (ushort i = 0; i < 2000; i++)
        {
            if (i == 1000)
                allocated = GC.GetAllocatedBytesForCurrentThread();
            plain[2] = (byte)(i >> 8);
            plain[3] = (byte)i;
            var datagram = target.AsSpan(0, _sender.ProtectRtp(plain, target));
            if (!_receiver.TryUnprotectRtp(ref datagram, out _))
                Assert.Fail("The packet was refused.");
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    [Fact]
    public void Keys_do_not_show_in_text() => Assert.Equal("AesCm128HmacSha1Tag80 key", $"{SrtpKeysInTests.Key(1)}");

    private static byte[] Packet(ushort sequence, int length = 160, uint ssrc = 1, byte fill = 7) => new RtpPacket(0, sequence, 0, ssrc, [.. Enumerable.Repeat(fill, length)]).ToBytes();

    private static byte[] Protect(SrtpSender sender, byte[] packet)
    {
        var target = new byte[packet.Length + SrtpCipher.MaxOverhead];
        return target[..sender.ProtectRtp(packet, target)];
    }

    /// <summary>What was heard, or why nothing was.</summary>
    private static string Receive(SrtpReceiver receiver, byte[] packet, out byte[] heard)
    {
        Span<byte> datagram = (byte[])packet.Clone();
        var isHeard = receiver.TryUnprotectRtp(ref datagram, out var reason);
        heard = datagram.ToArray();
        return isHeard ? "" : reason.ToString();
    }

    private static string ReceiveRtcp(SrtpReceiver receiver, byte[] packet, out byte[] heard)
    {
        Span<byte> datagram = (byte[])packet.Clone();
        var isHeard = receiver.TryUnprotectRtcp(ref datagram, out var reason);
        heard = datagram.ToArray();
        return isHeard ? "" : reason.ToString();
    }
}
