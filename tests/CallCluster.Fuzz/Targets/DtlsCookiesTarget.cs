using System.Buffers.Binary;
using System.Net;
using CallCluster.Media.Dtls;
using CallCluster.Media.Rtp;

namespace CallCluster.Fuzz.Targets;

/// <summary>
/// A ClientHello before anything is spent on it: the answer is smaller than what it answers, no hello is taken that does not bring our cookie back, one that does is, and not from anywhere else.
/// </summary>
internal sealed class DtlsCookiesTarget : IFuzzTarget
{
    // Both headers, version and random; then the session's identifier and the cookie, each after its length.
    private const int SessionAt = 13 + 12 + 2 + 32;
    private static readonly PeerAddress Alice = PeerAddress.From(new IPEndPoint(IPAddress.Loopback, 4711));
    private static readonly PeerAddress Mallory = PeerAddress.From(new IPEndPoint(IPAddress.Loopback, 4712));
    private readonly DtlsCookies _cookies = new();

    public string Name => "dtls-cookies";

    public string Corpus => "dtls";

    public IReadOnlyList<byte[]> Dictionary { get; } =
        [[22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0], [1, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 44], [0xFE, 0xFD], [0, 0, 0, 6, 0xC0, 0x2B, 0xC0, 0x2F, 0xC0, 0x0A, 1, 0], [0, 14, 0, 5, 0, 2, 0, 1, 0], [20, 1, 2, 3, 4],
            [0xFF, 0xFF], [0]];

    public IReadOnlyList<byte[]> Openings { get; } = [[22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60, 1, 0, 0, 48, 0, 0, 0, 0, 0, 0, 0, 48, 0xFE, 0xFD]];

    public int MaxLength => RtpHeader.MaxDatagram;

    public void Run(ReadOnlySpan<byte> input)
    {
        var taken = _cookies.Examine(input, Alice, out var answer);
        Promise.Holds(taken is null);
        if (answer is null)
            return;
        Promise.Holds(answer.Length < input.Length);
        Promise.Holds(DtlsRecord.IsPlausible(answer) && !DtlsRecord.IsClientHello(answer));
        if (WithCookie(input, answer) is not { } hello)
            return;
        Promise.Holds(_cookies.Examine(hello, Mallory, out _) is null);
        Promise.Holds(_cookies.Examine(hello, Alice, out var again) is not null && again is null);
    }

    /// <summary>The hello with the cookie of the answer in place of its own; null when it does not fit any more.</summary>
    private static byte[]? WithCookie(ReadOnlySpan<byte> input, ReadOnlySpan<byte> answer)
    {
        var cookieAt = SessionAt + 1 + input[SessionAt];
        // RFC 6347 section 4.2.1, after both headers: server_version(16) cookie<0..2^8-1>.
        var cookie = answer[(13 + 12 + 2)..];
        byte[] hello = [.. input[..cookieAt], .. cookie, .. input[(cookieAt + 1 + input[cookieAt])..]];
        var more = hello.Length - input.Length;
        var record = BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(11)) + more;
        if (hello.Length > RtpHeader.MaxDatagram)
            return null;
        BinaryPrimitives.WriteUInt16BigEndian(hello.AsSpan(11), (ushort)record);
        // Both lengths of 24 bits, of which the first eight are nothing here.
        foreach (var at in (int[])[15, 23])
            BinaryPrimitives.WriteUInt16BigEndian(hello.AsSpan(at), (ushort)(BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(at)) + more));
        return hello;
    }
}
