using System.Security.Cryptography;
using System.Text;
using CallCluster.Media.Ice;
using CallCluster.Media.Stun;
using CallCluster.Media.Tests.Engine;

namespace CallCluster.Media.Tests.Ice;

/// <summary>The full side of ICE as far as a test needs it: makes checks and reads what comes back.</summary>
internal static class IceChecker
{
    public static byte[] Check(IceParameters ice, bool nominate = false, string? username = null, string? password = null, int role = StunAttribute.IceControlling, int? unknown = null, uint priority = 0x6E00_1EFF)
    {
        var writer = new StunWriter(new byte[StunMessage.MaxLength], StunClass.Request, RandomNumberGenerator.GetBytes(StunMessage.TransactionIdLength));
        writer.Add(StunAttribute.Username, Encoding.ASCII.GetBytes(username ?? $"{ice.LocalUfrag}:{ice.RemoteUfrag}"));
        writer.Add(role, 0x1234_5678_9ABC_DEF0UL);
        writer.Add(StunAttribute.Priority, priority);
        if (nominate)
            writer.Add(StunAttribute.UseCandidate, ReadOnlySpan<byte>.Empty);
        if (unknown is { } type)
            writer.Add(type, 1u);
        writer.AddIntegrity(Encoding.ASCII.GetBytes(password ?? ice.LocalPassword));
        writer.AddFingerprint();
        return writer.Written.ToArray();
    }

    /// <summary>Checks from the peer's socket and waits for the answer, which must tell the socket's own address.</summary>
    public static void Succeed(RtpPeer peer, int port, IceParameters ice, bool nominate, uint priority = 0x6E00_1EFF)
    {
        var check = Check(ice, nominate, priority: priority);
        peer.Send(port, check);
        var datagram = new byte[1500];
        var length = peer.Rtp.Receive(datagram);
        Assert.True(StunMessage.TryParse(datagram.AsSpan(0, length), out var answer));
        Assert.Equal(StunClass.Success, answer.Class);
        Assert.Equal(check.AsSpan(8, StunMessage.TransactionIdLength), answer.TransactionId);
        Assert.True(answer.HasIntegrity(Encoding.ASCII.GetBytes(ice.LocalPassword)) && answer.HasFingerprint());
        Assert.True(answer.TryReadMappedAddress(out var mapped));
        Assert.Equal(peer.Address, mapped.ToEndPoint());
    }
}
