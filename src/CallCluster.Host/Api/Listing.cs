using CallCluster.Host.Api.Problems;
using Microsoft.AspNetCore.Http;

namespace CallCluster.Host.Api;

/// <summary>What lists have in common: a limit, and grains that are asked a few at a time.</summary>
internal static class Listing
{
    public const int DefaultLimit = 100;
    public const int MostLimit = 1000;
    private const int AtOnce = 16;

    /// <summary>The limit asked for.</summary>
    /// <exception cref="FieldException">It is out of range.</exception>
    public static int Limit(int? limit) => limit switch
    {
        null => DefaultLimit,
        >= 1 and <= MostLimit => limit.Value,
        _ => throw new FieldException("limit", $"limit is {limit}, may be 1 to {MostLimit}."),
    };

    /// <summary>Tells where the list goes on (RFC 8288).</summary>
    public static void LinkNext(HttpContext http, string cursor, int limit) => http.Response.Headers.Link = $"<{http.Request.Path}?limit={limit}&cursor={cursor}>; rel=\"next\"";

    /// <summary>What each key's grain shows, in the order of the keys, without those that know nothing.</summary>
    public static async Task<IReadOnlyList<TView>> View<TView>(IEnumerable<string> keys, Func<string, Task<TView?>> view, CancellationToken cancellationToken) where TView : class
    {
        var list = keys.ToArray();
        var views = new TView?[list.Length];
        await Parallel.ForAsync(0, list.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (i, _) => views[i] = await view(list[i]));
        return [.. views.OfType<TView>()];
    }

    /// <summary>The view, or 404 in problem+json.</summary>
    public static IResult One<TView>(TView? view, string what, string id) where TView : class => view is null ? NotFound(what, id) : Results.Ok(view);

    public static IResult NotFound(string what, string id) => Problem.Of(ProblemKind.NotFound, $"There is no {what} {(IsId(id) ? id : "of that id")}.");

    /// <summary>Could be the id of a call, edge, ticket or recording: nothing that a path or a log would take for more.</summary>
    public static bool IsId(string id) => id.Length is > 0 and <= 128 && id[0] != '.' && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
