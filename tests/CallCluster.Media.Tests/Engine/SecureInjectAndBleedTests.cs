using System.Net;
using CallCluster.Media.Dtls;
using CallCluster.Media.Rtp;
using CallCluster.Media.Srtp;
using CallCluster.Media.Tests.Srtp;

namespace CallCluster.Media.Tests.Engine;

/// <summary>
/// The rows of the inject and bleed matrix for an encrypted leg: of 100 packets of each kind, from each place that an attacker may send from, none is heard and none is sent there, not even while
/// the latch is open, and not even from the victim's own address; and the victim is heard afterwards.
/// </summary>
public sealed class SecureInjectAndBleedTests : EngineTest
{
    private const int Sent = 100;

    /// <summary>Where the call is when the attacker's packets come.</summary>
    public enum State
    {
        /// <summary>The DTLS handshake has not made keys yet.</summary>
        Unkeyed,

        /// <summary>The peer has said nothing yet: the latch is open.</summary>
        Silent,

        /// <summary>The peer has spoken from where SDP says.</summary>
        Connected,

        /// <summary>The peer has spoken from elsewhere.</summary>
        BehindNat,
    }

    /// <summary>What the attacker sends.</summary>
    public enum Kind
    {
        /// <summary>RTP that continues the victim's stream.</summary>
        Plain,

        /// <summary>SRTP that continues it, under another key.</summary>
        OtherKey,

        /// <summary>The victim's own packets once more.</summary>
        Replayed,
    }

    /// <summary>Where it sends from.</summary>
    public enum Source
    {
        OtherHost,

        OtherPort,

        /// <summary>The victim's address and port, forged.</summary>
        Victim,
    }

    public static TheoryData<State, Kind, Source> Matrix =>
    [
        .. from state in Enum.GetValues<State>()
        from kind in Enum.GetValues<Kind>()
        from source in Enum.GetValues<Source>()
        where kind != Kind.Replayed || state is State.Connected or State.BehindNat // there is nothing to replay yet
        select (state, kind, source),
    ];

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Nothing_is_heard_and_nothing_goes_astray(State state, Kind kind, Source source)
    {
        var (victimKey, ourKey) = (SrtpKeysInTests.Key(1), SrtpKeysInTests.Key(2));
        using var victim = new SecurePeer(Peer(1), victimKey, ourKey);
        using var other = Peer(2);
        using var socket = new RtpPeer(source == Source.OtherHost ? IPAddress.Parse("127.0.0.66") : IPAddress.Loopback) { Ssrc = 1 };
        var from = source == Source.Victim ? victim.Peer : socket;
        using var forger = new SecurePeer(from, SrtpKeysInTests.Key(3), ourKey);
        var remote = state == State.BehindNat ? new IPEndPoint(IPAddress.Parse("127.0.0.99"), 9) : victim.Peer.Address;
        var a = Open(victim.Peer, p => state == State.Unkeyed
            ? p with { RtcpMux = true, LatchOnly = IPAddress.Loopback, Dtls = new DtlsParameters(DtlsRole.Server, [Engine.Fingerprint]) }
            : p with { Remote = remote, LatchOnly = IPAddress.Loopback, Srtp = new SrtpKeys(ourKey, victimKey) });
        var b = Open(other);
        a.Bridge(b);
        Settle(a, b);
        ushort sequence = 0;
        if (state is State.Connected or State.BehindNat)
        {
            for (; sequence < 10; sequence++)
                victim.Send(a.LocalPort, sequence);
            WaitFor(() => a.Statistics.PacketsReceived == (state == State.BehindNat ? 6 : 10), "the victim is known");
            while (other.HasPacket)
                other.Receive();
        }
        var (received, dropped) = (a.Statistics.PacketsReceived, a.Statistics.PacketsDropped);

        for (var i = 0; i < Sent; i++)
        {
            switch (kind)
            {
                case Kind.Plain:
                    from.SendAudio(a.LocalPort);
                    break;
                case Kind.OtherKey:
                    forger.Send(a.LocalPort, (ushort)(sequence + i));
                    break;
                default:
                    from.Send(a.LocalPort, victim.Last);
                    break;
            }
        }
        WaitFor(() => a.Statistics.PacketsDropped == dropped + Sent, $"all are dropped and counted (now {a.Statistics.PacketsDropped - dropped})");

        Assert.Equal(received, a.Statistics.PacketsReceived);
        Assert.False(other.HasPacket, "the other side heard something");
        other.SendAudio(b.LocalPort);
        if (state == State.Unkeyed)
        {
            WaitForDropped(RtpDropReason.Unkeyed, source == Source.OtherHost ? 1 : Sent + 1);
            Assert.False(victim.Peer.HasPacket || socket.HasPacket, "something was sent before there were keys");
            return;
        }
        if (state != State.Silent || source == Source.Victim || kind == Kind.Plain)
            Assert.True(state == State.BehindNat || victim.Receive().Payload.Length == 160);
        Assert.Equal(victim.Send(a.LocalPort, sequence), other.Receive().Payload);
        Assert.False(socket.HasPacket, "the attacker was sent something");
        Assert.Equal(0, Engine.Totals().Faults);
    }
}
