using CallCluster.Host.Api.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace CallCluster.Host.Api;

/// <summary>What lists have in common: a limit, filters, a cursor, and grains that are asked a few at a time.</summary>
internal static class Listing
{
    public const int DefaultLimit = 100;
    public const int MostLimit = 1000;

    /// <summary>Grains that one request may ask: where a filter takes few, the page is short and the next one goes on.</summary>
    public const int MostAsked = 1000;
    private const int AtOnce = 16;

    /// <summary>The limit asked for.</summary>
    /// <exception cref="FieldException">It is out of range.</exception>
    public static int Limit(int? limit) => limit switch
    {
        null => DefaultLimit,
        >= 1 and <= MostLimit => limit.Value,
        _ => throw new FieldException("limit", $"limit is {limit}, may be 1 to {MostLimit}."),
    };

    /// <summary>Tells where the list goes on (RFC 8288): the same request behind the cursor.</summary>
    public static void LinkNext(HttpContext http, string cursor)
    {
        var query = new QueryBuilder(http.Request.Query.Where(parameter => parameter.Key != "cursor")) { { "cursor", cursor } };
        http.Response.Headers.Link = $"<{http.Request.Path}{query}>; rel=\"next\"";
    }

    /// <summary>Names behind the cursor, in their order; enough for a page.</summary>
    public static string[] Names(IEnumerable<string> names, string? cursor)
    {
        var after = ListCursor.Read(cursor);
        return [.. names.Where(name => after is null || string.CompareOrdinal(name, after) > 0).Order(StringComparer.Ordinal).Take(MostAsked + 1)];
    }

    /// <summary>Ids behind the cursor's in a list that has an order of its own; none when that one has dropped out of it, as the oldest do.</summary>
    public static string[] Ids(IEnumerable<string> ids, string? cursor) =>
        [.. (ListCursor.Read(cursor) is { } after ? ids.SkipWhile(id => id != after).Skip(1) : ids).Take(MostAsked + 1)];

    /// <summary>One page: what each key's grain shows, in the order of the keys, without those that know nothing or that the filter leaves out.</summary>
    /// <param name="http">Whose answer tells where the list goes on.</param>
    /// <param name="keys">What comes behind the cursor, <see cref="MostAsked"/> and one more if there are so many.</param>
    /// <param name="limit">As the client asked.</param>
    /// <param name="view">Asks a key's grain.</param>
    /// <param name="takes">The filter.</param>
    public static async Task<IReadOnlyList<TView>> Page<TView>(HttpContext http, string[] keys, int? limit, Func<string, Task<TView?>> view, Func<TView, bool>? takes = null) where TView : class
    {
        var most = Limit(limit);
        var page = new List<TView>();
        var asked = 0;
        while (asked < keys.Length && asked < MostAsked && page.Count < most)
        {
            var chunk = keys[asked..Math.Min(keys.Length, Math.Min(MostAsked, asked + (most - page.Count)))];
            foreach (var shown in await View(chunk, view, http.RequestAborted))
                if (shown is not null && takes?.Invoke(shown) != false) page.Add(shown);
            asked += chunk.Length;
        }
        if (asked < keys.Length) LinkNext(http, ListCursor.Write(keys[asked - 1]));
        return page;
    }

    /// <summary>The view, or 404 in problem+json.</summary>
    public static IResult One<TView>(TView? view, string what, string id) where TView : class => view is null ? NotFound(what, id) : Results.Ok(view);

    public static IResult NotFound(string what, string id) => Problem.Of(ProblemKind.NotFound, $"There is no {what} {(IsId(id) ? id : "of that id")}.");

    /// <summary>Could be the id of a call, edge, ticket or recording: nothing that a path or a log would take for more.</summary>
    public static bool IsId(string id) => id.Length is > 0 and <= 128 && id[0] != '.' && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static async Task<TView?[]> View<TView>(string[] keys, Func<string, Task<TView?>> view, CancellationToken cancellation) where TView : class
    {
        var views = new TView?[keys.Length];
        await Parallel.ForAsync(0, keys.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (i, _) => views[i] = await view(keys[i]));
        return views;
    }
}
