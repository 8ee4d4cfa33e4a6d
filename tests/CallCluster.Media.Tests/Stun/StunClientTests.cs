using System.Net;
using System.Net.Sockets;
using CallCluster.Media.Rtp;
using CallCluster.Media.Stun;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Media.Tests.Stun;

/// <summary>The client against a server that does what a test wants, time being the test's.</summary>
public sealed class StunClientTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private readonly FakeTimeProvider _time = new();
    private Socket _server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
    private readonly byte[] _buffer = new byte[1500];

    public StunClientTests() => _server.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    private StunServer Server => new("127.0.0.1", ((IPEndPoint)_server.LocalEndPoint!).Port);

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task The_address_is_what_the_server_saw()
    {
        var asked = Ask();
        var (request, from) = Receive();
        Answer(from, StunClass.Success, [.. request.AsSpan(8, 11), 0xFF]); // to another transaction: ignored
        _server.SendTo("noise"u8.ToArray(), from);
        Answer(from, StunClass.Success, request.AsSpan(8, 12));
        Assert.Equal(IPAddress.Parse("203.0.113.7"), await asked.WaitAsync(Patience));
    }

    [Fact]
    public async Task Requests_are_repeated_as_the_RFC_says_and_then_given_up()
    {
        var asked = Ask();
        var (first, _) = Receive();
        foreach (var wait in (int[])[500, 1000, 2000, 4000, 8000, 16000])
        {
            await Pass(wait);
            Assert.Equal(first, Receive().Datagram);
        }
        await Pass(8000);
        var error = await Assert.ThrowsAsync<StunException>(() => asked.WaitAsync(Patience));
        Assert.Contains($"stun:127.0.0.1:{Server.Port} did not answer 7 requests", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_is_told()
    {
        var asked = Ask();
        var (request, from) = Receive();
        var writer = new StunWriter(new byte[100], StunClass.Error, request.AsSpan(8, 12));
        writer.AddError(400, "Bad Request");
        _server.SendTo(writer.Written, SocketFlags.None, from);
        var error = await Assert.ThrowsAsync<StunException>(() => asked.WaitAsync(Patience));
        Assert.Contains("error 400", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("2001:db8::1")]
    public async Task An_address_of_no_use_is_told(string address)
    {
        var asked = Ask();
        var (request, from) = Receive();
        Answer(from, StunClass.Success, request.AsSpan(8, 12), address);
        var error = await Assert.ThrowsAsync<StunException>(() => asked.WaitAsync(Patience));
        Assert.Contains($"seen as {address}, which no peer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_comes_up_late_is_heard()
    {
        var at = (IPEndPoint)_server.LocalEndPoint!;
        var server = Server;
        _server.Dispose();
        var asked = StunClient.FindPublicAddress(server, IPAddress.Loopback, _time, TestContext.Current.CancellationToken);
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        late.Bind(at);
        _server = late;
        for (var i = 0; late.Available == 0 && i < 7; i++)
        {
            await Task.Yield();
            _time.Advance(TimeSpan.FromMilliseconds(500));
        }
        var (request, from) = Receive();
        Answer(from, StunClass.Success, request.AsSpan(8, 12));
        Assert.Equal(IPAddress.Parse("203.0.113.7"), await asked.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_told()
    {
        var server = Server;
        _server.Dispose();
        var asked = StunClient.FindPublicAddress(server, IPAddress.Loopback, _time, TestContext.Current.CancellationToken);
        while (!asked.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        var error = await Assert.ThrowsAsync<StunException>(() => asked);
        Assert.Contains("did not answer 7 requests", error.Message, StringComparison.Ordinal);
    }

    private Task<IPAddress> Ask() => StunClient.FindPublicAddress(Server, IPAddress.Loopback, _time, TestContext.Current.CancellationToken);

    private (byte[] Datagram, EndPoint From) Receive()
    {
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        var length = _server.ReceiveFrom(_buffer, ref from);
        return (_buffer[..length], from);
    }

    private void Answer(EndPoint to, StunClass kind, ReadOnlySpan<byte> transaction, string address = "203.0.113.7")
    {
        var writer = new StunWriter(new byte[100], kind, transaction);
        writer.AddMappedAddress(PeerAddress.From(new IPEndPoint(IPAddress.Parse(address), 4711)));
        writer.AddFingerprint();
        _server.SendTo(writer.Written, SocketFlags.None, to);
    }

    /// <summary>Not a moment too early, then not a moment too late: the client may still be about to wait, so time moves until the request has come.</summary>
    private async Task Pass(int milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        await Task.Yield();
        Assert.Equal(0, _server.Available);
        _time.Advance(TimeSpan.FromMilliseconds(1));
    }
}
