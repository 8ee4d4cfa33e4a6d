using System.Security.Cryptography;
using System.Text;
using CallCluster.Edge.Secrets;
using CallCluster.Host.Configuration;

namespace CallCluster.Host.Api.Access;

/// <summary>The configured keys. Several may be valid at once, so that one can be replaced while clients move to another.</summary>
internal sealed class ApiKeys(ApiOptions options, TimeProvider clock)
{
    private readonly (ApiCaller Caller, SecretFile File)[] _keys =
        [.. options.Keys.Select(key => (new ApiCaller(key.Name, key.Role, key.Agent), new SecretFile(key.KeyFile, clock)))];

    public bool Any => _keys.Length > 0;

    /// <summary>Whose key it is; null for nobody's. Hashes are compared, and all of them, so that neither time nor length tells anything of a key.</summary>
    public ApiCaller? Find(string key)
    {
        var given = Hash(key);
        ApiCaller? found = null;
        foreach (var (caller, file) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(given, Hash(file.Value))) found ??= caller;
        }
        return found;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
