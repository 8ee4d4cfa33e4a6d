using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CallCluster.Media.Tests.Dtls;

/// <summary>The command openssl as a DTLS 1.2 peer; it holds its port until it is disposed.</summary>
internal sealed class OpenSslPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Process _process;
    private readonly string _directory;
    private readonly StringBuilder _output = new();

    private OpenSslPeer(Process process, string directory)
    {
        (_process, _directory) = (process, directory);
        process.OutputDataReceived += (_, e) => Add(e.Data);
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static OpenSslPeer Start(X509Certificate2? certificate, string command, IEnumerable<string> arguments)
    {
        var directory = Directory.CreateTempSubdirectory("openssl-").FullName;
        string[] credentials = [];
        if (certificate is not null)
        {
            File.WriteAllText(Path.Combine(directory, "certificate.pem"), certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(directory, "key.pem"), certificate.GetECDsaPrivateKey()?.ExportPkcs8PrivateKeyPem() ?? certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
            credentials = ["-cert", Path.Combine(directory, "certificate.pem"), "-key", Path.Combine(directory, "key.pem")];
        }
        // Its standard input stays open: at its end openssl would say goodbye.
        return new OpenSslPeer(Process.Start(new ProcessStartInfo("openssl", [command, "-dtls1_2", .. credentials, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!, directory);
    }

    public static X509Certificate2 MakeCertificate(bool rsa)
    {
        var (from, to) = (DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100));
        if (rsa)
        {
            using var key = RSA.Create(2048);
            return new CertificateRequest("CN=peer", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(from, to);
        }
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=peer", ec, HashAlgorithmName.SHA256).CreateSelfSigned(from, to);
    }

    /// <summary>Waits for the keys that it exports (RFC 5705).</summary>
    public byte[] KeyingMaterial()
    {
        const string label = "Keying material: ";
        var line = WaitFor(label);
        return Convert.FromHexString(line[(line.IndexOf(label, StringComparison.Ordinal) + label.Length)..].Trim());
    }

    public string WaitFor(string text)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            // Before its output is looked at: what it said last is read only then.
            var hasEnded = _process.HasExited;
            if (hasEnded)
                _process.WaitForExit();
            if (Output.Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } line)
                return line;
            Assert.True(waited.Elapsed < Patience && !hasEnded, $"openssl never said '{text}':\n{Output}");
            Thread.Yield();
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Add(string? line)
    {
        lock (_output)
            _output.Append(line).Append('\n');
    }
}
