using CallCluster.Media.Dtls;
using CallCluster.Media.Rtp;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace CallCluster.Fuzz.Targets;

/// <summary>
/// What is handed to the DTLS library: records and a ClientHello in any state of repair, up to the moment that a server would answer. It ends in an error that the association catches, and
/// never in keys.
/// </summary>
internal sealed class DtlsTarget : IFuzzTarget
{
    private readonly BcTlsCrypto _crypto = new(new SecureRandom());
    private readonly DtlsIdentity _identity = new(TimeProvider.System);

    public string Name => "dtls";

    public IReadOnlyList<byte[]> Dictionary { get; } =
        [[22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0], [22, 0xFE, 0xFF, 0, 0, 0, 0, 0, 0, 0, 1], [20, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 1], [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 3, 0, 2, 2, 40],
            [0, 12], [1, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 44], [16, 0, 0xFF, 0xFF, 0, 1, 0, 0, 0, 0, 0xFF], [0, 14, 0, 5, 0, 2, 0, 1, 0], [0, 10, 0, 4, 0, 2, 0, 23], [0xC0, 0x2B], [0xFF, 0xFF], [0]];

    public IReadOnlyList<byte[]> Openings { get; } = [[22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60, 1, 0, 0, 48, 0, 0, 0, 0, 0, 0, 0, 48, 0xFE, 0xFD]];

    public int MaxLength => RtpHeader.MaxDatagram;

    public void Run(ReadOnlySpan<byte> input)
    {
        Promise.Holds(!DtlsRecord.IsPlausible(input) || !DtlsRecord.IsClientHello(input) || input.Length > 25);
        var peer = new DtlsPeer([new DtlsFingerprint("sha-256", new string('0', 64))]);
        // Its first answer ends it: signatures and key agreement are not what is tried here.
        var network = new OneDatagram(input, sends: 0);
        OneDatagram.MakesNoKeys(peer, () => new DtlsServerProtocol().Accept(new DtlsSrtpServer(_crypto, _identity, peer), network));
    }
}
