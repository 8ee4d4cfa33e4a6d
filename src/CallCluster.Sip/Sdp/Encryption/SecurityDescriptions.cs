namespace CallCluster.Sip.Sdp.Encryption;

/// <summary>
/// The keys of one stream over the life of a dialog (RFC 4568 §5.1, §7.1). Changes only by <see cref="Agree"/>, so that an exchange that failed leaves what was agreed.
/// </summary>
internal sealed class SecurityDescriptions
{
    private const string Plain = "RTP/AVP";
    private const string Secure = "RTP/SAVP";
    private CryptoAttribute[] _offered = [];
    private MediaKeys? _agreed;

    /// <summary>The transport of a first offer.</summary>
    public static string ProtocolOf(EncryptionPolicy policy) => policy == EncryptionPolicy.Required ? Secure : Plain;

    /// <summary>The lines of an offer: the key in use, so that a re-offer changes no key, or one line for each suite.</summary>
    public IEnumerable<SdpAttribute> Offer(EncryptionPolicy policy)
    {
        if (_agreed is { } agreed)
            _offered = [agreed.Local];
        else if (policy == EncryptionPolicy.Off)
            _offered = [];
        else if (_offered.Length == 0)
            _offered = [.. CryptoSuite.All.Select((suite, i) => CryptoAttribute.Generate(i + 1, suite))];
        return _offered.Select(crypto => crypto.ToAttribute());
    }

    /// <summary>Whether an offered line is acceptable, and with which keys (null: plain).</summary>
    public bool TryAnswer(MediaDescription line, EncryptionPolicy policy, out MediaKeys? keys)
    {
        keys = null;
        if (ProfileOf(line) is not { } secure)
            return false;
        if (policy != EncryptionPolicy.Off || _agreed is not null)
        {
            // §5.1.2: the first line that we can use; its tag and suite go back with a key of our own.
            foreach (var remote in CryptoAttribute.Of(line))
            {
                // A peer that keeps its key wants no change; one that renews it gets a new one of ours, never used before (§7.1.4).
                keys = remote.SameKey(_agreed?.Remote) && remote.Tag == _agreed!.Local.Tag ? _agreed : new MediaKeys(CryptoAttribute.Generate(remote.Tag, remote.Suite), remote);
                return true;
            }
        }

        return !secure && policy != EncryptionPolicy.Required && _agreed is null;
    }

    /// <summary>Whether the answer to an offer of ours is acceptable, and with which keys (null: plain).</summary>
    public bool TryAccept(MediaDescription offered, MediaDescription answer, EncryptionPolicy policy, out MediaKeys? keys)
    {
        keys = null;
        if (ProfileOf(answer) is not { } secure)
            return false;
        if (!CryptoAttribute.AnyIn(answer))
            return !secure && ProfileOf(offered) == false && policy != EncryptionPolicy.Required && _agreed is null;
        // §5.1.3: exactly one line, with the tag and suite of one that we offered. Anything else is no reason to go on in the clear.
        if (CryptoAttribute.Of(answer).ToArray() is not [var remote] || Array.Find(_offered, crypto => crypto.Tag == remote.Tag && crypto.Suite == remote.Suite) is not { } local)
            return false;
        // A key that comes back to its sender would encrypt both directions with one keystream.
        if (remote.SameKey(local))
            return false;
        keys = new MediaKeys(local, remote);
        return true;
    }

    /// <summary>The exchange succeeded with these keys.</summary>
    public void Agree(MediaKeys? keys) => _agreed = keys;

    /// <summary>True for secure RTP, false for plain, null for anything else.</summary>
    private static bool? ProfileOf(MediaDescription line) => line.Protocol switch
    {
        Plain or "RTP/AVPF" => false,
        Secure or "RTP/SAVPF" => true,
        _ => null,
    };
}
