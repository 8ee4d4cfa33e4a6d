using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Http;

namespace CallCluster.Host.Api.Access;

/// <summary>Who makes a request. Endpoints take it as a parameter.</summary>
/// <param name="Key">The name of the key.</param>
/// <param name="Role">What the key may do.</param>
/// <param name="Agent">Whose key it is; only with <see cref="ApiRole.Agent"/>.</param>
internal sealed record ApiCaller(string Key, ApiRole Role, string? Agent)
{
    /// <summary>Everybody, on a port on loopback for which no keys are configured.</summary>
    public static ApiCaller OnLoopback { get; } = new("loopback", ApiRole.Admin, null);

    /// <summary>Whether a request that needs <paramref name="needed"/> may be made. Agent stands apart: it is no step between the others.</summary>
    public bool Has(ApiRole needed) => Role == needed || Role == ApiRole.Admin || (Role == ApiRole.Supervisor && needed == ApiRole.Read);

    /// <summary>Whether what is <paramref name="agent"/>'s shows: to an agent only the own.</summary>
    public bool Sees(string? agent) => Role != ApiRole.Agent || agent == Agent;

    public static ApiCaller Of(HttpContext http) => http.Features.Get<ApiCaller>() ?? throw new InvalidOperationException("The request did not pass ApiKeyGate.");

    /// <summary>How endpoints get it.</summary>
    public static ValueTask<ApiCaller> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));
}
