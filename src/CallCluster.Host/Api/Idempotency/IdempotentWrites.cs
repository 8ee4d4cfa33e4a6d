using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using CallCluster.Contracts.Idempotency;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Api.Problems;
using Microsoft.AspNetCore.Http;

namespace CallCluster.Host.Api.Idempotency;

/// <summary>
/// A write with a header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header) is made once: the same again gets the first answer, marked by a header; another request under the same key is 422, and a try
/// while the first is under way 409. What failed in a way that may pass (5xx) is not kept.
/// </summary>
internal sealed class IdempotentWrites(RequestDelegate next, IGrainFactory grains)
{
    public const string Header = "Idempotency-Key";
    public const string Replayed = "Idempotency-Replayed";
    private const int LongestKey = 255;

    public Task InvokeAsync(HttpContext http)
    {
        var method = http.Request.Method;
        var isWrite = HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method) || HttpMethods.IsPatch(method);
        return isWrite && http.Request.Headers.TryGetValue(Header, out var key) && http.Features.Get<ApiCaller>() is { } caller ? Once(http, caller, key.ToString()) : next(http);
    }

    private async Task Once(HttpContext http, ApiCaller caller, string key)
    {
        if (key.Length is 0 or > LongestKey || !Ascii.IsValid(key) || key.Any(char.IsControl))
        {
            await Problem.Invalid(Header, $"{Header} may hold 1 to {LongestKey} printable characters of ASCII.").ExecuteAsync(http);
            return;
        }
        var writes = grains.GetGrain<IIdempotencyGrain>(caller.Key);
        var write = await writes.Begin(key, await Hash(http.Request, http.RequestAborted));
        switch (write.State)
        {
            case IdempotentWriteState.New: await Make(http, writes, key, write.Claim); break;
            case IdempotentWriteState.Made: await Repeat(http.Response, write.Answer!); break;
            case IdempotentWriteState.UnderWay: await Problem.Of(ProblemKind.WriteUnderWay, "The first request with this Idempotency-Key has not been answered yet; ask again.").ExecuteAsync(http); break;
            default: await Problem.Of(ProblemKind.KeyReused, "Another request was made with this Idempotency-Key: take a new one for each.").ExecuteAsync(http); break;
        }
    }

    private async Task Make(HttpContext http, IIdempotencyGrain writes, string key, DateTimeOffset claim)
    {
        var response = http.Response;
        var body = response.Body;
        using var made = new MemoryStream();
        StoredAnswer? answer = null;
        response.Body = made;
        try
        {
            await next(http);
            if (response.StatusCode < StatusCodes.Status500InternalServerError)
                answer = new StoredAnswer(response.StatusCode, response.ContentType, response.Headers.Location, made.ToArray());
        }
        finally
        {
            response.Body = body;
            await writes.End(key, claim, answer);
        }
        // Writing nothing would begin the answer all the same: a 204 allows no body, and an empty error is still to be made problem+json.
        if (made.Length > 0) await body.WriteAsync(made.GetBuffer().AsMemory(0, (int)made.Length), http.RequestAborted);
    }

    private static async Task Repeat(HttpResponse response, StoredAnswer answer)
    {
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.Headers.Location = answer.Location;
        response.Headers[Replayed] = "true";
        if (answer.Body.Length > 0) await response.Body.WriteAsync(answer.Body);
    }

    private static async Task<string> Hash(HttpRequest request, CancellationToken cancellationToken)
    {
        request.EnableBuffering(ApiComposition.LargestBody);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0) hash.AppendData(buffer, 0, read);
        ArrayPool<byte>.Shared.Return(buffer);
        request.Body.Position = 0;
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
