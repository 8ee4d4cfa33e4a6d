using Org.BouncyCastle.Tls;

namespace CallCluster.Media.Dtls;

/// <summary>We end a handshake by a fatal alert, for a reason of ours.</summary>
internal sealed class DtlsRefusedException(short alert, DtlsFailure failure) : TlsFatalAlert(alert, failure.Sentence())
{
    public DtlsFailure Failure { get; } = failure;
}
