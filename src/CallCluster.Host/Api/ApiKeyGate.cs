using System.Net;
using System.Security.Cryptography;
using System.Text;
using CallCluster.Edge.Secrets;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Http;

namespace CallCluster.Host.Api;

/// <summary>
/// Lets requests for /api and /openapi pass with one of the configured bearer keys (RFC 6750). Without keys the port is on loopback, and the request must
/// name a loopback host: a web page whose name was rebound to 127.0.0.1 names another.
/// </summary>
internal sealed class ApiKeyGate(RequestDelegate next, ApiOptions options, TimeProvider clock)
{
    private const string Scheme = "Bearer ";
    private readonly SecretFile[] _keys = [.. options.Keys.Select(key => new SecretFile(key.KeyFile, clock))];

    public Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments("/api") && !http.Request.Path.StartsWithSegments("/openapi")) return next(http);
        if (_keys.Length == 0)
        {
            if (IsLoopback(http.Request.Host.Host)) return next(http);
            http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return Task.CompletedTask;
        }
        if (IsKnown(http.Request.Headers.Authorization.ToString())) return next(http);
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }

    // Hashes are compared so that neither time nor length tells anything of a key.
    private bool IsKnown(string authorization)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;
        var given = Hash(authorization[Scheme.Length..].Trim());
        var known = false;
        foreach (var key in _keys) known |= CryptographicOperations.FixedTimeEquals(given, Hash(key.Value));
        return known;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.AsSpan().Trim("[]"), out var address) && IPAddress.IsLoopback(address);
}
