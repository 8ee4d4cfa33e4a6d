using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace CallCluster.Host.Api.Problems;

/// <summary>Makes problem+json.</summary>
internal static class Problem
{
    private const string Prefix = "urn:callcluster:problem:";

    public static IResult Of(ProblemKind kind, string detail) => Results.Problem(Details(kind, detail));

    /// <param name="kind">The kind.</param>
    /// <param name="detail">What is wrong, for a person.</param>
    /// <param name="member">The name of what a program wants to know besides.</param>
    /// <param name="value">Its value.</param>
    public static IResult Of(ProblemKind kind, string detail, string member, object value)
    {
        var problem = Details(kind, detail);
        problem.Extensions[member] = value;
        return Results.Problem(problem);
    }

    /// <summary>400 for one field of the body or the query.</summary>
    public static IResult Invalid(string field, string detail) => new FieldErrors().Add(field, detail).ToResult();

    public static IResult Conflict(string detail) => Of(ProblemKind.Conflict, detail);

    public static ProblemDetails Details(ProblemKind kind, string detail) => new() { Type = kind.Type, Title = kind.Title, Status = kind.Status, Detail = detail };

    /// <summary>Gives type and title to problems that were made by their status alone, here or by ASP.NET.</summary>
    public static void Name(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        if (problem.Type?.StartsWith(Prefix, StringComparison.Ordinal) == true || ProblemKind.Of(problem.Status) is not { } kind) return;
        (problem.Type, problem.Title) = (kind.Type, kind.Title);
    }
}
