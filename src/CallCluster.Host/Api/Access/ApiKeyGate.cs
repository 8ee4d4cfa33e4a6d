using System.Globalization;
using System.Net;
using CallCluster.Contracts.Configuration;
using CallCluster.Host.Api.Problems;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace CallCluster.Host.Api.Access;

/// <summary>
/// Lets requests for /api and /openapi pass with one of the configured bearer keys (RFC 6750) whose role is enough for the endpoint. Without keys the port is on loopback, and the request must
/// name a loopback host: a web page whose name was rebound to 127.0.0.1 names another.
/// </summary>
internal sealed partial class ApiKeyGate(RequestDelegate next, ApiKeys keys, FailedTries failures, IRoutingConfiguration routing, ILogger<ApiKeyGate> logger)
{
    private const string Scheme = "Bearer ";

    /// <summary>Of an endpoint that declares nothing.</summary>
    private static readonly EndpointAccess Undeclared = new(ApiRole.Admin, AgentAccess.Nothing);

    public Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments("/api") && !http.Request.Path.StartsWithSegments("/openapi")) return next(http);
        if (!keys.Any) return IsLoopback(http.Request.Host.Host) ? Enter(http, ApiCaller.OnLoopback) : Problem.Of(ProblemKind.WrongHost, "Without Api:Keys the API answers to loopback names alone.").ExecuteAsync(http);
        var authorization = http.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            FailedTries.Count("none");
            return RefuseKey(http, "The request needs a header Authorization: Bearer KEY with a key of Api:Keys.");
        }
        return keys.Find(authorization[Scheme.Length..].Trim()) is { } caller ? Enter(http, caller) : RefuseUnknown(http);
    }

    private Task Enter(HttpContext http, ApiCaller caller)
    {
        http.Features.Set(caller);
        // A path that leads nowhere, a wrong method or media type (their endpoints have no route) is told as such to whoever has a key.
        if (http.GetEndpoint() is not RouteEndpoint endpoint) return next(http);
        var access = endpoint.Metadata.GetMetadata<EndpointAccess>() ?? Undeclared;
        if (access.Needs is not { } role || caller.Has(role)) return next(http);
        if (caller.Agent is { } agent)
        {
            var isOwn = access.Agents switch
            {
                AgentAccess.Self => http.GetRouteValue("id") as string == agent,
                AgentAccess.OwnQueue => Serves(agent, http.GetRouteValue("name") as string),
                AgentAccess.OwnCall or AgentAccess.Filtered => true,
                _ => false,
            };
            if (isOwn) return next(http);
        }
        FailedTries.Count("role");
        LogRole(caller.Key, caller.Role, http.Request.Method, http.Request.Path, role);
        return Problem.Of(ProblemKind.RoleNeeded, $"{http.Request.Method} {http.Request.Path} needs a key of role {role}; key {caller.Key} is of role {caller.Role}.", "neededRole", role.ToString()).ExecuteAsync(http);
    }

    private bool Serves(string agent, string? queue) => routing.Current.Agents.TryGetValue(agent, out var options) && options.Queues.Any(serves => serves.Name == queue);

    private Task RefuseUnknown(HttpContext http)
    {
        var source = http.Connection.RemoteIpAddress ?? IPAddress.None;
        if (failures.Add(source) is { } wait)
        {
            http.Response.Headers.RetryAfter = wait.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
            return Problem.Of(ProblemKind.TooManyTries, "Too many requests with keys that are not known came from this address.").ExecuteAsync(http);
        }
        LogUnknown(source, http.Request.Path);
        return RefuseKey(http, "The key is none of Api:Keys.");
    }

    private static Task RefuseKey(HttpContext http, string detail)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.Of(ProblemKind.KeyNeeded, detail).ExecuteAsync(http);
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.AsSpan().Trim("[]"), out var address) && IPAddress.IsLoopback(address);

    [LoggerMessage(LogLevel.Information, "A request from {Source} for {Path} has a key that is none of Api:Keys. If it is a client of yours, give it the key that its KeyFile holds now.")]
    private partial void LogUnknown(IPAddress source, string path);

    [LoggerMessage(LogLevel.Information, "Key {Key} of role {Role} may not {Method} {Path}: that needs {Needed}. If it should, change the key's Role in Api:Keys.")]
    private partial void LogRole(string key, ApiRole role, string method, string path, ApiRole needed);
}
