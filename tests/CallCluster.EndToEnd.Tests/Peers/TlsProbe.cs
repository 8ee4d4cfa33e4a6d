using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>Looks at the certificate that a TLS port shows.</summary>
internal static class TlsProbe
{
    /// <summary>Who issued it.</summary>
    public static async Task<string> Issuer(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await using var stream = new SslStream(client.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync("127.0.0.1");
        using var certificate = new X509Certificate2(stream.RemoteCertificate!);
        return certificate.Issuer;
    }
}
