using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.Tls;

/// <summary>
/// Our certificate and the authorities we trust, as the files hold them now: a renewed certificate serves the next handshake without a restart. Files that
/// cannot be used (a certificate whose key is not written yet) change nothing. Thread-safe.
/// </summary>
internal sealed partial class TlsCertificates
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);
    private readonly TlsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private TlsFiles _files;
    private TlsIdentity _identity;
    private TlsFiles? _refused;
    private long _checkedAt;

    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">A file does not hold what it should.</exception>
    internal TlsCertificates(TlsOptions options, TimeProvider time, ILogger logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _files = TlsFiles.Read(options);
        _identity = TlsIdentity.Of(_files);
        _checkedAt = time.GetTimestamp();
    }

    /// <summary>What to use in a handshake that begins now; looks at the files at most once a second.</summary>
    internal TlsIdentity Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetElapsedTime(_checkedAt) >= CheckEvery)
                {
                    _checkedAt = _time.GetTimestamp();
                    Refresh();
                }

                return _identity;
            }
        }
    }

    private void Refresh()
    {
        TlsFiles? files = null;
        try
        {
            // By content: the time of a link, as Kubernetes mounts secrets, does not change when what it leads to does.
            files = TlsFiles.Read(_options);
            if (files.IsSame(_files) || (_refused is not null && files.IsSame(_refused)))
                return;
            _identity = TlsIdentity.Of(files);
            _files = files;
            _refused = null;
            LogInformationRenewed(_options.CertificateFile, _identity.Certificate.NotAfter);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            _refused = files;
            LogErrorRefused(_options.CertificateFile, _options.KeyFile, _options.AuthorityFile, exception.Message, _identity.Certificate.NotAfter);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "TLS certificate {File} changed and is used for new connections; it is valid until {NotAfter:u}.")]
    private partial void LogInformationRenewed(string file, DateTime notAfter);

    [LoggerMessage(Level = LogLevel.Error, Message = "The changed TLS files cannot be used ({Error}); the former certificate serves on until {NotAfter:u}. Check that {Certificate}, {Key} and {Authorities} are whole and belong together.")]
    private partial void LogErrorRefused(string certificate, string key, string? authorities, string error, DateTime notAfter);
}
