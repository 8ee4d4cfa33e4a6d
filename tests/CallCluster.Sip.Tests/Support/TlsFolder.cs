using CallCluster.Sip.Tls;

namespace CallCluster.Sip.Tests.Support;

/// <summary>The PEM files of one endpoint, in a directory of their own that goes with it.</summary>
internal sealed class TlsFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("callcluster-tls-").FullName;

    public TlsFolder(TestAuthority issuer, params string[] names)
    {
        Renew(issuer, names);
        Trust(issuer);
    }

    public TlsOptions Options => new() { CertificateFile = File("crt"), KeyFile = File("key"), AuthorityFile = File("ca") };

    public void Renew(TestAuthority issuer, params string[] names)
    {
        var (certificate, key) = issuer.Issue(names);
        WriteCertificate(certificate);
        System.IO.File.WriteAllText(File("key"), key);
    }

    public void WriteCertificate(string pem) => System.IO.File.WriteAllText(File("crt"), pem);

    public void Trust(params TestAuthority[] authorities) => System.IO.File.WriteAllText(File("ca"), string.Concat(authorities.Select(authority => authority.RootPem + "\n")));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string File(string name) => Path.Combine(_folder, name);
}
