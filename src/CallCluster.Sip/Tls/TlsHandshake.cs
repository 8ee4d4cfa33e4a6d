using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.Tls;

/// <summary>Makes TLS connections of streams (RFC 3261 §26.3, RFC 5922): ours is shown both ways, the peer's is verified.</summary>
internal sealed partial class TlsHandshake(TlsOptions options, TimeProvider time, ILogger logger)
{
    private const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;
    private readonly TlsCertificates _certificates = new(options, time, logger);

    /// <summary>What is wanted of SIP peers. Browsers are never asked: they would ask their user.</summary>
    internal ClientCertificates ClientCertificates => options.ClientCertificates;

    /// <summary>The server's side.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="wanted">Whether the client is asked for a certificate.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="AuthenticationException">No common protocol, or a certificate is required and none that we trust came.</exception>
    internal async Task<SecuredStream> AcceptAsync(Stream stream, ClientCertificates wanted, CancellationToken cancellation)
    {
        var identity = _certificates.Current;
        IReadOnlyList<string> names = [];
        var server = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = identity.Context,
            EnabledSslProtocols = Protocols,
            AllowRenegotiation = false,
            AllowTlsResume = false, // each connection proves itself by what is trusted now
            ClientCertificateRequired = wanted != ClientCertificates.Ignored,
            CertificateChainPolicy = identity.ChainPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                if (IsTrusted(identity, certificate, chain, errors))
                    names = CertificateNames.Of((X509Certificate2)certificate!);
                else if (wanted == ClientCertificates.Required)
                    return false;
                return true;
            },
        };
        return await FinishAsync("accepted", new SslStream(stream), secured => secured.AuthenticateAsServerAsync(server, cancellation), () => names).ConfigureAwait(false);
    }

    /// <summary>The client's side: the peer must prove that it is the host.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="host">Host part of the URI that led here, not of any name that DNS made of it (RFC 5922 §4).</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="AuthenticationException">No common protocol, no certificate that we trust, or one of somebody else.</exception>
    internal async Task<SecuredStream> ConnectAsync(Stream stream, string host, CancellationToken cancellation)
    {
        var identity = _certificates.Current;
        IReadOnlyList<string> names = [];
        var client = new SslClientAuthenticationOptions
        {
            TargetHost = host.Trim('[', ']'),
            ClientCertificateContext = identity.Context,
            EnabledSslProtocols = Protocols,
            AllowRenegotiation = false,
            AllowTlsResume = false, // each connection proves itself by what is trusted now
            CertificateChainPolicy = identity.ChainPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                if (!IsTrusted(identity, certificate, chain, errors))
                {
                    LogWarningUntrusted(host, certificate?.Subject ?? "none");
                    return false;
                }

                names = CertificateNames.Of((X509Certificate2)certificate!);
                if (CertificateNames.Prove(names, host))
                    return true;
                LogWarningSomebodyElse(host, string.Join(", ", names));
                return false;
            },
        };
        return await FinishAsync("opened", new SslStream(stream), secured => secured.AuthenticateAsClientAsync(client, cancellation), () => names).ConfigureAwait(false);
    }

    private static async Task<SecuredStream> FinishAsync(string side, SslStream stream, Func<SslStream, Task> authenticate, Func<IReadOnlyList<string>> names)
    {
        try
        {
            await authenticate(stream).ConfigureAwait(false);
            SipMetrics.Handshake(side, succeeded: true);
            return new SecuredStream(stream, names());
        }
        catch
        {
            SipMetrics.Handshake(side, succeeded: false);
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Whether an authority of ours stands behind the certificate, whatever use it was issued for: public ones no longer issue any for clients.</summary>
    private static bool IsTrusted(TlsIdentity identity, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf || chain is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return false;
        if (!errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            return true;
        using var anyUse = new X509Chain { ChainPolicy = identity.ChainPolicy() };
        anyUse.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        return anyUse.Build(leaf);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "TLS to {Host}: its certificate ({Subject}) comes from no authority that we trust. Put that authority into Sip:Tls:AuthorityFile if it is the right peer.")]
    private partial void LogWarningUntrusted(string host, string subject);

    [LoggerMessage(Level = LogLevel.Warning, Message = "TLS to {Host}: the peer's certificate is for {Names}. Address the peer by a name of its certificate; if it has none of these, somebody else answers there.")]
    private partial void LogWarningSomebodyElse(string host, string names);
}
