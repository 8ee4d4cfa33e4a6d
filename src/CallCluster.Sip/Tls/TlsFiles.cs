using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CallCluster.Sip.Tls;

/// <summary>The bytes of the files of <see cref="TlsOptions"/> at one moment, and what they hold.</summary>
public sealed class TlsFiles
{
    private const int LongestFile = 4 << 20; // a bundle of all public authorities has 220 KB
    private readonly string _certificate;
    private readonly string _key;
    private readonly string? _authorities;

    private TlsFiles(string certificate, string key, string? authorities) => (_certificate, _key, _authorities) = (certificate, key, authorities);

    /// <summary>Reads the files.</summary>
    /// <exception cref="IOException">One is not there, cannot be read or is longer than 4 MB.</exception>
    internal static TlsFiles Read(TlsOptions options) =>
        new(Text(options.CertificateFile), Text(options.KeyFile), options.AuthorityFile is { } file ? Text(file) : null);

    /// <summary>The name of each option whose file cannot be used, the file and why; nothing when all can be.</summary>
    public static IEnumerable<(string Option, string File, string Fault)> Faults(TlsOptions options)
    {
        var certificate = Fault(options.CertificateFile, text => X509Certificate2.CreateFromPem(text).Dispose(), "holds no PEM certificate");
        var key = Fault(options.KeyFile, text => Pair(certificate is null ? Text(options.CertificateFile) : "", text).Dispose(),
            "holds no PEM private key of that certificate");
        if (certificate is not null)
            yield return (nameof(options.CertificateFile), options.CertificateFile, certificate);
        else if (key is not null)
            yield return (nameof(options.KeyFile), options.KeyFile, key);
        if (options.AuthorityFile is { } file && Fault(file, text => Certificates(text), "holds no PEM certificate") is { } authority)
            yield return (nameof(options.AuthorityFile), file, authority);
    }

    internal bool IsSame(TlsFiles other) => _certificate == other._certificate && _key == other._key && _authorities == other._authorities;

    /// <summary>Our certificate with its key.</summary>
    /// <exception cref="CryptographicException">Certificate or key cannot be read, or do not belong together.</exception>
    internal X509Certificate2 Certificate() => Pair(_certificate, _key);

    /// <summary>All certificates of the certificate file.</summary>
    internal X509Certificate2Collection Chain() => Certificates(_certificate);

    /// <summary>Null: those of the machine.</summary>
    internal X509Certificate2Collection? Authorities() => _authorities is null ? null : Certificates(_authorities);

    private static X509Certificate2 Pair(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (ArgumentException exception)
        {
            throw new CryptographicException("The key is not the certificate's.", exception);
        }
    }

    private static X509Certificate2Collection Certificates(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("There is no certificate.");
    }

    private static string? Fault(string file, Action<string> use, string unusable)
    {
        try
        {
            use(Text(file));
            return null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return "is not there";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "cannot be read";
        }
        catch (CryptographicException)
        {
            return unusable;
        }
    }

    private static string Text(string file) => new FileInfo(file) is { Exists: true, Length: > LongestFile }
        ? throw new IOException($"{file} is longer than {LongestFile} bytes.")
        : File.ReadAllText(file);
}
