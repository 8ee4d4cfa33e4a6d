using System.Net;
using System.Text;
using CallCluster.Media.Ice;
using CallCluster.Media.Stun;
using CallCluster.Media.Tests.Engine;

namespace CallCluster.Media.Tests.Ice;

/// <summary>The full side of ICE as far as a test needs it: makes checks and reads what comes back.</summary>
internal static class IceChecker
{
    public static readonly byte[] TransactionId = [.. Enumerable.Range(1, 12).Select(i => (byte)i)];

    public static byte[] Check(IceParameters ice, bool nominate = false, string? username = null, string? password = null, int role = StunAttribute.IceControlling, int? unknown = null)
    {
        var writer = new StunWriter(new byte[StunMessage.MaxLength], StunClass.Request, TransactionId);
        writer.Add(StunAttribute.Username, Encoding.ASCII.GetBytes(username ?? $"{ice.LocalUfrag}:{ice.RemoteUfrag}"));
        writer.Add(role, 0x1234_5678_9ABC_DEF0UL);
        writer.Add(StunAttribute.Priority, 0x6E00_1EFFu);
        if (nominate)
            writer.Add(StunAttribute.UseCandidate, ReadOnlySpan<byte>.Empty);
        if (unknown is { } type)
            writer.Add(type, 1u);
        writer.AddIntegrity(Encoding.ASCII.GetBytes(password ?? ice.LocalPassword));
        writer.AddFingerprint();
        return writer.Written.ToArray();
    }

    /// <summary>Checks from the peer's socket and waits for the answer, which must tell the socket's own address.</summary>
    public static void Succeed(RtpPeer peer, int port, IceParameters ice, bool nominate)
    {
        peer.Send(port, Check(ice, nominate));
        var datagram = new byte[1500];
        var length = peer.Rtp.Receive(datagram);
        Assert.True(StunMessage.TryParse(datagram.AsSpan(0, length), out var answer));
        Assert.Equal(StunClass.Success, answer.Class);
        Assert.Equal(TransactionId, answer.TransactionId);
        Assert.True(answer.HasIntegrity(Encoding.ASCII.GetBytes(ice.LocalPassword)) && answer.HasFingerprint());
        Assert.True(answer.TryReadMappedAddress(out var mapped));
        Assert.Equal(peer.Address, mapped.ToEndPoint());
    }
}
