using System.Buffers.Binary;
using System.Text;
using CallCluster.Media.Rtp;
using CallCluster.Media.Stun;

namespace CallCluster.Media.Ice;

/// <summary>
/// The lite side of ICE (RFC 8445 section 2.5): answers the checks of a peer who knows the password, consent checks (RFC 7675) included, and sends none. It is always the controlled one.
/// RFC 8489 section 9.1.3 has requests without the right credentials answered too; here they are not, so that nobody can make this port send anything to anyone.
/// </summary>
internal sealed class IceLiteAgent(IceParameters parameters)
{
    private const int MaxUnknown = 8;
    private const int Remembered = 64;
    private readonly byte[] _username = Encoding.UTF8.GetBytes($"{parameters.LocalUfrag}:{parameters.RemoteUfrag}");
    private readonly byte[] _password = Encoding.UTF8.GetBytes(parameters.LocalPassword);

    private readonly (UInt128 Id, PeerAddress From)[] _seen = new (UInt128, PeerAddress)[Remembered];
    private int _seenCount;

    /// <summary>PRIORITY of the last valid check (RFC 8445 section 7.1.1); 0 without.</summary>
    public uint Priority { get; private set; }

    public IceParameters Parameters { get; } = parameters;

    /// <summary>Reads a datagram of the STUN range; what is to be sent back lies in the first <paramref name="length"/> bytes of <paramref name="answer"/>.</summary>
    public IceCheck Examine(ReadOnlySpan<byte> datagram, in PeerAddress from, Span<byte> answer, out int length)
    {
        length = 0;
        // The user name first: a stranger's packet costs no cryptography.
        if (!StunMessage.TryParse(datagram, out var message) || message.Class is not (StunClass.Request or StunClass.Indication))
            return IceCheck.Refused;
        if (message.Class == StunClass.Indication)
            return message.HasFingerprint() ? IceCheck.Settled : IceCheck.Refused; // RFC 8445 section 11: a keepalive carries no credentials
        if (!message.TryFind(StunAttribute.Username, out var username) || !username.SequenceEqual(_username) || !message.HasFingerprint() || !message.HasIntegrity(_password) || IsReplay(message.TransactionId, from))
            return IceCheck.Refused;

        Span<int> unknown = stackalloc int[MaxUnknown];
        var check = IceCheck.Settled;
        StunWriter writer;
        if (message.UnknownRequired(unknown) is > 0 and var count)
        {
            writer = new StunWriter(answer, StunClass.Error, message.TransactionId);
            writer.AddError(420, "Unknown Attribute");
            writer.AddUnknown(unknown[..count]);
        }
        else if (message.TryFind(StunAttribute.IceControlled, out _))
        {
            // Section 7.3.1.1: the smaller tie-breaker stays controlled, and a lite agent has to stay so.
            writer = new StunWriter(answer, StunClass.Error, message.TransactionId);
            writer.AddError(487, "Role Conflict");
        }
        else
        {
            writer = new StunWriter(answer, StunClass.Success, message.TransactionId);
            writer.AddMappedAddress(from);
            Priority = message.TryFind(StunAttribute.Priority, out var priority) && priority.Length == sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(priority) : 0;
            check = message.TryFind(StunAttribute.UseCandidate, out _) ? IceCheck.Nominated : IceCheck.Valid;
        }
        writer.AddIntegrity(_password);
        writer.AddFingerprint();
        length = writer.Length;
        return check;
    }

    /// <summary>The integrity of a check says nothing of where it came from: one that was overheard and comes again from elsewhere must not move the media there. The peer repeats its own from where they were.</summary>
    private bool IsReplay(ReadOnlySpan<byte> transactionId, in PeerAddress from)
    {
        var id = new UInt128(BinaryPrimitives.ReadUInt32BigEndian(transactionId), BinaryPrimitives.ReadUInt64BigEndian(transactionId[4..]));
        for (var i = 0; i < Math.Min(_seenCount, Remembered); i++)
        {
            if (_seen[i].Id == id)
                return _seen[i].From != from;
        }
        _seen[_seenCount % Remembered] = (id, from);
        // Never back to 0: that would forget.
        _seenCount = _seenCount == 2 * Remembered - 1 ? Remembered : _seenCount + 1;
        return false;
    }
}
