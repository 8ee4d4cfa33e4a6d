using System.Text;
using CallCluster.Sip.WebSockets;

namespace CallCluster.Sip.Tests.WebSockets;

public sealed class UpgradeRequestTests
{
    private const string Good = "GET /sip HTTP/1.1\r\nHost: edge.example\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://app.example\r\nSec-WebSocket-Protocol: chat, sip\r\nSec-WebSocket-Version: 13\r\n\r\n";

    [Fact]
    public void RFC6455_1_3_the_key_of_the_example_gives_the_accept_of_the_example()
    {
        var request = Read(Good);

        Assert.Equal((101, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), (request.Status, request.Accept));
    }

    [Theory]
    [InlineData("GET /sip HTTP/1.1", "POST /sip HTTP/1.1", 405)]
    [InlineData("GET /sip HTTP/1.1", "GET /sip HTTP/1.0", 400)]
    [InlineData("GET /sip HTTP/1.1", "GET http://edge.example/ HTTP/1.1", 400)]
    [InlineData("GET /sip HTTP/1.1", "INVITE sip:edge.example SIP/2.0", 400)]
    [InlineData("Upgrade: WebSocket\r\n", "", 426)]
    [InlineData("Connection: keep-alive, Upgrade\r\n", "Connection: keep-alive\r\n", 426)]
    [InlineData("Version: 13", "Version: 8", 426)]
    [InlineData("Version: 13", "Version: 13\r\nSec-WebSocket-Version: 8", 426)]
    [InlineData("Host: edge.example\r\n", "", 400)]
    [InlineData("chat, sip", "chat, sipfrag", 400)]
    [InlineData("Sec-WebSocket-Protocol: chat, sip\r\n", "", 400)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZQ==", 400)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", 400)]
    [InlineData("Host: ", " Host: ", 400)]
    [InlineData("Host: ", "Host : ", 400)]
    [InlineData("Host: ", "Host\r\n: ", 400)]
    [InlineData("edge.example", "edge.example\nX: y", 400)]
    [InlineData("edge.example", "édge.example", 400)]
    public void Anything_else_is_refused(string part, string instead, int status)
    {
        Assert.Contains(part, Good, StringComparison.Ordinal);

        Assert.Equal(status, Read(Good.Replace(part, instead, StringComparison.Ordinal)).Status);
    }

    [Fact]
    public void Nothing_is_refused() => Assert.Equal(400, Read("").Status);

    private static UpgradeRequest Read(string text) => UpgradeRequest.Read(Encoding.UTF8.GetBytes(text));
}
