using CallCluster.Media.Dtls;
using CallCluster.Media.Rtp;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace CallCluster.Fuzz.Targets;

/// <summary>
/// What a server sends to a client of ours: its demand for a cookie and its first flight, in any state of repair. The client ends in an error that the association catches, and never in keys.
/// </summary>
internal sealed class DtlsClientTarget : IFuzzTarget
{
    // That of the certificate in the corpus, which OpenSSL's s_server sent: with it the client goes on to the key exchange, and stumbles over a signature that was made for another client.
    private static readonly DtlsFingerprint Servers = new("sha-256", "396E46AE20E862D7457E4A1704984C68B55CEEA837698045394554B265C57EC4");
    private readonly BcTlsCrypto _crypto = new(new SecureRandom());
    private readonly DtlsIdentity _identity = new(TimeProvider.System);

    public string Name => "dtls-client";

    public IReadOnlyList<byte[]> Dictionary { get; } =
        [[22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0], [22, 0xFE, 0xFF, 0, 0, 0, 0, 0, 0, 0, 1], [20, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 1], [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 3, 0, 2, 2, 40],
            [2, 0, 0, 70, 0, 0, 0, 0, 0, 0, 0, 70], [11, 0, 1, 0x7D, 0, 1, 0, 0, 0, 0, 1, 0x7D], [12, 0, 0, 0x70, 0, 2, 0, 0, 0, 0, 0, 0x70], [13, 0, 0, 48, 0, 3, 0, 0, 0, 0, 0, 48],
            [14, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0], [0, 14, 0, 5, 0, 2, 0, 7, 0], [0, 23, 0, 0], [3, 0, 29, 32], [0xC0, 0x2B], [0xFF, 0xFF, 0xFF], [0]];

    public IReadOnlyList<byte[]> Openings { get; } =
        [[22, 0xFE, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 35, 3, 0, 0, 23, 0, 0, 0, 0, 0, 0, 0, 23, 0xFE, 0xFF, 20], [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 1, 0, 82, 2, 0, 0, 70, 0, 0, 0, 0, 0, 0, 0, 70, 0xFE, 0xFD]];

    public int MaxLength => RtpHeader.MaxDatagram;

    public void Run(ReadOnlySpan<byte> input)
    {
        var peer = new DtlsPeer([Servers]);
        // Its hello, and once more with a cookie.
        var network = new OneDatagram(input, sends: 2);
        OneDatagram.MakesNoKeys(peer, () => new DtlsClientProtocol().Connect(new DtlsSrtpClient(_crypto, _identity, peer), network));
    }
}
