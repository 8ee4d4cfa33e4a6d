using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace CallCluster.Host.Api;

/// <summary>Turns what an endpoint threw into problem+json (RFC 9457). A cluster that does not answer is 503, a bad request says what is bad.</summary>
internal sealed partial class ApiExceptionHandler(IProblemDetailsService problems, ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, detail) = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } => (StatusCodes.Status400BadRequest, json.Message),
            BadHttpRequestException bad => (bad.StatusCode, bad.Message),
            TimeoutException or OrleansException => (StatusCodes.Status503ServiceUnavailable, "The cluster does not answer at present; ask again."),
            _ => (StatusCodes.Status500InternalServerError, "The request failed; the log of this process says why."),
        };
        if (status == StatusCodes.Status500InternalServerError) LogFailed(exception, httpContext.Request.Path);
        else if (status == StatusCodes.Status503ServiceUnavailable) LogNoAnswer(exception, httpContext.Request.Path);
        httpContext.Response.StatusCode = status;
        return problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = new ProblemDetails { Status = status, Detail = detail } });
    }

    [LoggerMessage(LogLevel.Error, "A request for {Path} failed.")]
    private partial void LogFailed(Exception exception, string path);

    [LoggerMessage(LogLevel.Warning, "A request for {Path} got no answer from the cluster. Check the silos.")]
    private partial void LogNoAnswer(Exception exception, string path);
}
