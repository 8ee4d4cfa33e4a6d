namespace CallCluster.Sip.Authentication;

/// <summary>What a server needs to check a user's digests: the hashes of name, realm and password, never the password itself.</summary>
public sealed class DigestSecret
{
    private readonly string _md5;
    private readonly string _sha256;

    public DigestSecret(string username, string realm, string password)
    {
        Username = username;
        Realm = realm;
        _md5 = DigestHash.Secret(DigestAlgorithm.Md5, username, realm, password);
        _sha256 = DigestHash.Secret(DigestAlgorithm.Sha256, username, realm, password);
    }

    public string Username { get; }

    public string Realm { get; }

    public override string ToString() => $"secret of {Username}";

    internal string Hash(DigestAlgorithm algorithm) => algorithm == DigestAlgorithm.Sha256 ? _sha256 : _md5;
}
