using System.Security.Cryptography;
using System.Text;
using CallCluster.Edge.Secrets;
using CallCluster.Host.Configuration;
using Microsoft.Extensions.Logging;

namespace CallCluster.Host.Api.Access;

/// <summary>The configured keys. Several may be valid at once, so that one can be replaced while clients move to another.</summary>
internal sealed partial class ApiKeys(ApiOptions options, TimeProvider clock, ILogger<ApiKeys> logger)
{
    /// <summary>Characters of a key: whoever may try a few thousand times a second must not find it.</summary>
    public const int Shortest = 16;

    private readonly (ApiCaller Caller, SecretFile File)[] _keys =
        [.. options.Keys.Select(key => (new ApiCaller(key.Name, key.Role, key.Agent), new SecretFile(key.KeyFile, clock, Shortest, fault => LogRefused(logger, key.Name, key.KeyFile, fault))))];

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

    [LoggerMessage(LogLevel.Error, "Api:Keys: the file of key {Key} has changed and holds no key: {File} {Fault}. The former key stays valid. Write one line that nobody can guess, such as one made by: openssl rand -hex 32")]
    private static partial void LogRefused(ILogger logger, string key, string file, string fault);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
