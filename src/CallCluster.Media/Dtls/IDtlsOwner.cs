using CallCluster.Media.Srtp;

namespace CallCluster.Media.Dtls;

/// <summary>Whose handshake it is. Called on any thread: enqueue and return.</summary>
internal interface IDtlsOwner
{
    /// <summary>Sends a datagram to the peer.</summary>
    void Send(DtlsAssociation association, byte[] datagram);

    /// <summary>The handshake is done; the session is the owner's.</summary>
    void Done(DtlsAssociation association, SrtpSession session);

    /// <summary>There will be no keys. Told once, and never after <see cref="Done"/>.</summary>
    void Failed(DtlsAssociation association, DtlsFailure failure);
}
