using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.Sip.Tests.Support;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>Certificates of a test as files of its directory, from an authority of its own.</summary>
public sealed class TlsMaterial : IDisposable
{
    private readonly ScratchDirectory _scratch;
    private TestAuthority _authority = new("First Authority");

    public TlsMaterial(ScratchDirectory scratch) => _scratch = scratch;

    /// <summary>The authority that issues now.</summary>
    public string AuthorityFile(string name) => _scratch.Write($"{name}.ca.pem", _authority.RootPem);

    /// <summary>Writes NAME.crt and NAME.key, and NAME.pem with both; over those that were there before.</summary>
    public string Issue(string name, params string[] names)
    {
        var (certificate, key) = _authority.Issue(names);
        _scratch.Write($"{name}.crt", certificate);
        _scratch.Write($"{name}.key", key);
        return _scratch.Write($"{name}.pem", $"{key}\n{certificate}\n");
    }

    /// <summary>Issues from another authority from now on.</summary>
    public void ChangeAuthority()
    {
        _authority.Dispose();
        _authority = new TestAuthority("Second Authority");
    }

    /// <summary>The section Sip:Tls with the files of <see cref="Issue"/>.</summary>
    public string Section(string name) =>
        $$"""{ "CertificateFile": "{{_scratch.File($"{name}.crt")}}", "KeyFile": "{{_scratch.File($"{name}.key")}}", "AuthorityFile": "{{AuthorityFile(name)}}" }""";

    /// <summary>Lines of baresip's config for a certificate with these names, verifying whom it connects to.</summary>
    public string Baresip(string name, params string[] names) => $"sip_certificate {Issue(name, names)}\nsip_cafile {AuthorityFile(name)}";

    public void Dispose() => _authority.Dispose();
}
