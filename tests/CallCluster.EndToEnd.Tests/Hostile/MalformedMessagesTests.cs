using System.Text;
using CallCluster.EndToEnd.Tests.Architecture;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Hostile;

/// <summary>Bad messages are answered or dropped; whoever sent them, the next good request on the same transport is answered.</summary>
[Collection(TestCollections.Alone)]
public sealed class MalformedMessagesTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    /// <summary>RFC 4475's messages, and a few that kill other servers (see also RFC 5118 for IPv6).</summary>
    private static IEnumerable<(string Name, byte[] Bytes)> Messages()
    {
        foreach (var file in Directory.GetFiles(Corpus(), "*.dat").Order()) yield return (Path.GetFileName(file), File.ReadAllBytes(file));
        const string head = "OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKbad\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: bad\r\nCSeq: 1 OPTIONS\r\n";
        yield return ("declared 4 GB", Encoding.ASCII.GetBytes(head + "Content-Length: 4294967328\r\n\r\n"));
        yield return ("declared 2 GB", Encoding.ASCII.GetBytes(head + "Content-Length: 2147483647\r\n\r\nx"));
        yield return ("negative length", Encoding.ASCII.GetBytes(head + "Content-Length: -1\r\n\r\n"));
        yield return ("lengths that differ", Encoding.ASCII.GetBytes(head + "Content-Length: 0\r\nl: 5\r\n\r\nhello"));
        yield return ("bare line feeds", Encoding.ASCII.GetBytes(head.Replace("\r\n", "\n", StringComparison.Ordinal) + "\n"));
        yield return ("ten thousand headers", Encoding.ASCII.GetBytes(head + string.Concat(Enumerable.Repeat("X: y\r\n", 10000)) + "Content-Length: 0\r\n\r\n"));
        yield return ("ten thousand Vias", Encoding.ASCII.GetBytes(head + "Via: " + string.Join(',', Enumerable.Repeat("SIP/2.0/UDP h", 4000)) + "\r\nContent-Length: 0\r\n\r\n"));
        yield return ("unbalanced quotes", Encoding.ASCII.GetBytes(head + "Contact: " + new string('"', 30001) + "\r\nContent-Length: 0\r\n\r\n"));
        yield return ("zeros", new byte[2000]);
        yield return ("no bytes", []);
        yield return ("line ends only", "\r\n\r\n"u8.ToArray());
        var noise = new byte[1400];
        new Random(4475).NextBytes(noise);
        yield return ("noise", noise);
    }

    [Fact]
    public async Task Each_over_UDP_is_followed_by_an_answer_to_a_good_OPTIONS()
    {
        await using var server = await CallClusterProcess.Start(Configuration());
        using var socket = RawSip.Udp(server.SipPort);
        var unanswered = new List<string>();
        foreach (var (name, bytes) in Messages())
        {
            await socket.Send(bytes);
            if (!await AnswersOptions(socket)) unanswered.Add(name);
            Assert.False(server.HasExited, $"{name} ended the process:\n{server.Log}");
        }
        Assert.Empty(unanswered);
        await server.IsIdle();
        Assert.True(await server.Metric("callcluster_sip_parse_errors_total") >= 10, await server.Metrics());
    }

    [Fact]
    public async Task Each_over_TCP_is_followed_by_an_answer_to_a_good_OPTIONS_on_a_new_connection()
    {
        await using var server = await CallClusterProcess.Start(Configuration());
        using var bystander = RawSip.Tcp(server.SipPort);
        var unanswered = new List<string>();
        foreach (var (name, bytes) in Messages())
        {
            using (var attacker = RawSip.Tcp(server.SipPort)) await attacker.Send(bytes);
            using var next = RawSip.Tcp(server.SipPort);
            if (!await AnswersOptions(next)) unanswered.Add(name);
            Assert.False(server.HasExited, $"{name} ended the process:\n{server.Log}");
        }
        Assert.Empty(unanswered);
        Assert.True(await AnswersOptions(bystander), "an older connection was closed");
        await server.IsIdle();
    }

    [Fact]
    public async Task An_offer_that_cannot_be_used_gets_a_4xx_before_anything_else_happens()
    {
        const string start = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n";
        string[] offers =
        [
            "not SDP at all",
            "v=1\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n",
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 999.1.1.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n",
            start + "m=audio 99999 RTP/AVP 0\r\n",
            start + "m=audio 40000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n",
            start + "m=video 40000 RTP/AVP 31\r\n",
            start,
        ];
        await using var server = await CallClusterProcess.Start(Configuration());
        using var caller = RawSip.Udp(server.SipPort);
        foreach (var offer in offers)
        {
            Assert.Matches("^SIP/2.0 (400|488|415) ", await caller.FinalResponse(caller.Invite("6001", offer)));
            Assert.True(await AnswersOptions(caller), offer);
        }
        await server.IsIdle();
    }

    public void Dispose() => _scratch.Dispose();

    private static async Task<bool> AnswersOptions(RawSip socket)
    {
        try
        {
            var response = await socket.FinalResponse(socket.Request("OPTIONS", "ping"));
            return response.StartsWith("SIP/2.0 200 ", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is TimeoutException or IOException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static string Corpus()
    {
        var named = Environment.GetEnvironmentVariable("CALLCLUSTER_CORPUS");
        for (var directory = new DirectoryInfo(Repository.Root); named is null && directory is not null; directory = directory.Parent)
            if (Directory.Exists(Path.Combine(directory.FullName, "shared", "corpus"))) named = Path.Combine(directory.FullName, "shared", "corpus");
        if (named is null) Assert.Skip("The corpus is not here: set CALLCLUSTER_CORPUS to its directory.");
        return Path.Combine(named, "rfc4475");
    }

    private CallClusterConfiguration Configuration() => new CallClusterConfiguration(_scratch).With("Numbers", "6001", "\"queue:support\"").With("Queues", "support", "{}");
}
