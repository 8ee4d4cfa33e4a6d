using System.Buffers.Binary;
using System.Net;
using CallCluster.Media.Engine;
using CallCluster.Media.Mixing;
using CallCluster.Media.Prompts;
using CallCluster.Media.Recording;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Engine;

/// <summary>
/// The inject and bleed matrix (facts/attacks.md row 1): for each state of a call and each kind of foreign packet, how many of 100 were heard, recorded, taken for keys
/// or believed as reports, and how many packets the attacker was sent. All must be none, and all counted.
/// </summary>
public sealed class InjectAndBleedTests : EngineTest
{
    private const int Sent = 100;
    private const byte Poison = 0x2A;
    private readonly string _directory = Directory.CreateTempSubdirectory("callcluster-inject-").FullName;
    private readonly RtpPeer _victim;
    private readonly RtpPeer _other;

    public InjectAndBleedTests()
    {
        _victim = Peer(1);
        _other = Peer(2);
    }

    /// <summary>Where a call is when the attacker's packets come.</summary>
    public enum State
    {
        /// <summary>The port is announced, nothing is agreed.</summary>
        Ringing,

        /// <summary>A prompt plays, keys are listened for.</summary>
        Greeting,

        /// <summary>Music plays.</summary>
        Queued,

        /// <summary>Bridged, and the peer has spoken.</summary>
        Connected,

        /// <summary>Bridged, but the peer has said nothing yet: the latch is open.</summary>
        Silent,

        /// <summary>Bridged with a peer behind NAT, that is not where SDP says.</summary>
        BehindNat,

        /// <summary>Mixed with others, and the peer has spoken.</summary>
        Mixed,

        /// <summary>Bridged, and audio flows to the peer only.</summary>
        Held,

        Voicemail,

        Ended,
    }

    /// <summary>What the attacker sends.</summary>
    public enum Kind
    {
        /// <summary>Audio that continues the victim's stream: its SSRC, its next sequence numbers.</summary>
        SameSsrc,

        OtherSsrc,

        /// <summary>Keys (RFC 4733) with the victim's SSRC.</summary>
        Keys,

        /// <summary>Reports and BYE in the victim's name to the RTCP port.</summary>
        Rtcp,
    }

    public static TheoryData<State, Kind> Matrix => [.. Cells];

    /// <summary>
    /// Someone behind the victim's own address may be taken for it while nothing came from the victim, and its RTCP from any port is, as NAT demands.
    /// </summary>
    public static TheoryData<State, Kind> OfOneHost => [.. Cells.Where(cell => cell.Item1 != State.Silent && cell.Item2 != Kind.Rtcp)];

    private static IEnumerable<(State, Kind)> Cells => Enum.GetValues<State>().SelectMany(state => Enum.GetValues<Kind>().Select(kind => (state, kind)));

    [Theory]
    [MemberData(nameof(Matrix))]
    public void From_another_host(State state, Kind kind) => Attack(state, kind, state is State.Connected or State.BehindNat or State.Held or State.Mixed, new RtpPeer(IPAddress.Parse("127.0.0.66")) { Ssrc = kind == Kind.OtherSsrc ? 666u : 1 });

    [Theory]
    [MemberData(nameof(OfOneHost))]
    public void From_another_port_of_the_victims_host(State state, Kind kind) => Attack(state, kind, state is not (State.Ringing or State.Ended), new RtpPeer { Ssrc = kind == Kind.OtherSsrc ? 666u : 1 });

    [Fact]
    public void Who_was_believed_while_the_victim_was_silent_is_foreign_from_its_first_packet_on()
    {
        using var attacker = new RtpPeer { Ssrc = 666 };
        var (a, b) = (Open(_victim, p => p with { LatchOnly = IPAddress.Loopback }), Open(_other));
        a.Bridge(b);
        Settle(a, b);
        for (var i = 0; i < 10; i++)
            attacker.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == 6, "five packets in order are believed");
        _victim.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == 7, "the victim is heard");
        var foreign = a.Statistics.PacketsForeign;
        for (var i = 0; i < Sent; i++)
            attacker.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsForeign == foreign + Sent, "all are foreign");
        Assert.Equal(7, a.Statistics.PacketsReceived);
        _other.SendAudio(b.LocalPort);
        _victim.Receive();
        Assert.False(attacker.HasPacket);
    }

    /// <summary>What a peer of the call before still sends is not heard in the next call that gets the port.</summary>
    [Fact]
    public void What_is_late_for_an_ended_call_is_not_heard_by_the_next()
    {
        var a = Open(_victim);
        _victim.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == 1, "the victim is known");
        a.Dispose();
        for (var i = 0; i < Sent; i++)
            _victim.SendAudio(a.LocalPort);
        WaitForDropped(RtpDropReason.Resting, Sent);
        var (next, third) = (Open(_other), Open(Peer(3)));
        Assert.NotEqual(a.LocalPort, next.LocalPort);
        Assert.NotEqual(a.LocalPort, third.LocalPort);
    }

    /// <param name="spoken">The victim has sent six packets before.</param>
    private void Attack(State state, Kind kind, bool spoken, RtpPeer attacker)
    {
        using var _ = attacker;
        var remote = state == State.BehindNat ? new IPEndPoint(IPAddress.Parse("127.0.0.99"), 9) : _victim.Address;
        var a = Engine.Open(this);
        var b = Open(_other);
        if (state != State.Ringing)
        {
            a.Configure(new MediaStreamParameters
            {
                Remote = remote,
                RemoteRtcp = _victim.RtcpAddress,
                SendTelephoneEvent = 101,
                ReceiveTelephoneEvent = 101,
                LatchOnly = IPAddress.Loopback,
                Direction = state == State.Held ? MediaDirection.SendOnly : MediaDirection.SendReceive,
            });
        }

        Enter(state, a, b);
        if (spoken)
            Speak(state, a);
        var (received, digits, reports) = (a.Statistics.PacketsReceived, a.Statistics.DigitsReceived, a.Statistics.RemotePacketsLost);
        var dropped = a.Statistics.PacketsDropped;
        for (var i = 0; i < Sent; i++)
            Send(attacker, kind, a.LocalPort, i);
        WaitFor(() => a.Statistics.PacketsDropped >= dropped + Sent, $"all are dropped and counted (now {a.Statistics.PacketsDropped - dropped})");

        Assert.Equal((received, digits, reports), (a.Statistics.PacketsReceived, a.Statistics.DigitsReceived, a.Statistics.RemotePacketsLost));
        AssertNothingTold();
        if (state is State.Connected or State.Silent or State.BehindNat)
        {
            // The call goes on, to the victim and nobody else.
            _other.SendAudio(b.LocalPort);
            if (state != State.BehindNat)
                Assert.Equal(0x1, _victim.Receive().Payload[0]);
        }

        for (var i = 0; i < (state == State.Mixed ? 5 : 1); i++)
        {
            Advance(20);
            Settle(b);
        }

        Assert.False(attacker.HasPacket || attacker.HasRtcp, "the attacker was sent something");
        while (_other.HasPacket)
            Assert.DoesNotContain(Poison, _other.Receive().Payload);
        if (state == State.Voicemail)
        {
            a.StopRecording();
            NextTold();
            Assert.Equal(TimeSpan.FromMilliseconds(spoken ? 120 : 0), Results.Single().Duration);
        }

        Assert.Equal(0, Engine.Totals().Faults);
    }

    private void Enter(State state, MediaStream a, MediaStream b)
    {
        switch (state)
        {
            case State.Greeting or State.Queued:
                a.Play([Prompt.FromPcm("tone", new short[8000])], loop: state == State.Queued, interruptible: true);
                break;
            case State.Connected or State.Silent or State.BehindNat or State.Held:
                a.Bridge(b);
                break;
            case State.Mixed:
                Engine.CreateMix().Set([new MixHearing(a, [b]), new MixHearing(b, [a])]);
                break;
            case State.Voicemail:
                a.Record(new RecordingOptions { RecordingId = 1, Path = Path.Combine(_directory, "v.wav") });
                break;
            case State.Ended:
                a.Dispose();
                break;
        }

        Settle(a, b);
    }

    private void Speak(State state, MediaStream a)
    {
        for (var i = 0; i < 6; i++)
            _victim.SendAudio(a.LocalPort);
        WaitFor(() => a.Statistics.PacketsReceived == (state == State.BehindNat ? 2 : 6), "the peer is known");
    }

    private static void Send(RtpPeer attacker, Kind kind, int port, int number)
    {
        switch (kind)
        {
            case Kind.Keys:
                attacker.Send(port, RtpPacket.Event('9', (ushort)(6 + number), (uint)(160 * (6 + number)), 160, ssrc: 1));
                break;
            case Kind.Rtcp:
                attacker.SendRtcp(port + 1, Reports(number % 2 == 0));
                break;
            default:
                attacker.SendAudio(port, Enumerable.Repeat(Poison, 160).ToArray());
                break;
        }
    }

    /// <summary>SR in the victim's name with a report of heavy loss, and BYE.</summary>
    private static byte[] Reports(bool bye)
    {
        var packet = new byte[bye ? 36 : 28];
        (packet[0], packet[1], packet[3]) = (0x80, 200, 6);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), 1);
        if (bye)
        {
            (packet[28], packet[29], packet[31]) = (0x81, 203, 1);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(32), 1);
        }

        return packet;
    }
}
