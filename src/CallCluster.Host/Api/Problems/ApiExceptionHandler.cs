using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace CallCluster.Host.Api.Problems;

/// <summary>Turns what an endpoint threw into problem+json (RFC 9457). A cluster that does not answer is 503, a bad request says what is bad.</summary>
internal sealed partial class ApiExceptionHandler(IProblemDetailsService problems, ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } => BadJson(json),
            FieldException wrong => Invalid(wrong.Field, wrong.Message),
            BadHttpRequestException bad => BadRequest(bad),
            TimeoutException or OrleansException => Problem.Details(ProblemKind.NoAnswer, "The cluster does not answer at present; ask again."),
            _ => Problem.Details(ProblemKind.Internal, "The request failed; the log of this process says why."),
        };
        if (problem.Status == StatusCodes.Status500InternalServerError) LogFailed(exception, httpContext.Request.Path);
        else if (problem.Status == StatusCodes.Status503ServiceUnavailable) LogNoAnswer(exception, httpContext.Request.Path);
        httpContext.Response.StatusCode = problem.Status!.Value;
        return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem });
    }

    private static ProblemDetails BadRequest(BadHttpRequestException bad)
    {
        if (UnboundParameter.Match(bad.Message) is { Success: true } unbound) return Invalid(unbound.Groups[1].Value, $"{unbound.Groups[1].Value} cannot hold \"{unbound.Groups[2].Value}\".");
        return Problem.Details(ProblemKind.Of(bad.StatusCode) ?? ProblemKind.BadRequest, bad.Message);
    }

    private static ProblemDetails BadJson(JsonException json)
    {
        if (UnknownMember.Match(json.Message) is { Success: true } unknown) return Invalid(unknown.Groups[1].Value, $"The body may not have a member \"{unknown.Groups[1].Value}\".");
        var place = string.Create(CultureInfo.InvariantCulture, $"line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}");
        var member = json.Path is ['$', '.', .. var path] ? path : null;
        if (member is not null && json.InnerException is not JsonException) return Invalid(member, $"{member} cannot hold what stands at {place}.");
        return Problem.Details(ProblemKind.BadRequest, $"The body is not the JSON object that is wanted: see {place}.");
    }

    private static ProblemDetails Invalid(string field, string detail)
    {
        var problem = Problem.Details(ProblemKind.Invalid, detail);
        problem.Extensions["errors"] = new[] { new FieldError(field, detail) };
        return problem;
    }

    // What .NET tells in words alone.
    [GeneratedRegex("""^Failed to bind parameter ".* (\w+)" from "(.*)"\.$""")]
    private static partial Regex UnboundParameter { get; }

    [GeneratedRegex("""^The JSON property '(.*)' could not be mapped to any \.NET member""")]
    private static partial Regex UnknownMember { get; }

    [LoggerMessage(LogLevel.Error, "A request for {Path} failed.")]
    private partial void LogFailed(Exception exception, string path);

    [LoggerMessage(LogLevel.Warning, "A request for {Path} got no answer from the cluster. Check the silos.")]
    private partial void LogNoAnswer(Exception exception, string path);
}
