using Microsoft.AspNetCore.Http;

namespace CallCluster.Host.Api.Problems;

/// <summary>
/// The kinds of error that the API answers with (RFC 9457). Clients go by <see cref="Type"/>, which does not change; what is wrong in the case at hand says the problem's detail.
/// </summary>
/// <param name="Name">Ends the type.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">The same for each problem of the kind.</param>
internal sealed record ProblemKind(string Name, int Status, string Title)
{
    public static readonly ProblemKind BadRequest = new("bad-request", StatusCodes.Status400BadRequest, "The request cannot be understood.");
    public static readonly ProblemKind Invalid = new("invalid", StatusCodes.Status400BadRequest, "Something in the request cannot have the value that it has.");
    public static readonly ProblemKind KeyNeeded = new("key-needed", StatusCodes.Status401Unauthorized, "A known key is needed.");
    public static readonly ProblemKind RoleNeeded = new("role-needed", StatusCodes.Status403Forbidden, "The key's role is not enough.");
    public static readonly ProblemKind NotFound = new("not-found", StatusCodes.Status404NotFound, "There is no such thing.");
    public static readonly ProblemKind MethodNotAllowed = new("method-not-allowed", StatusCodes.Status405MethodNotAllowed, "The path does not take this method.");
    public static readonly ProblemKind Conflict = new("conflict", StatusCodes.Status409Conflict, "The state of things does not allow it.");
    public static readonly ProblemKind WriteUnderWay = new("idempotency-under-way", StatusCodes.Status409Conflict, "The same write is under way.");
    public static readonly ProblemKind KeyReused = new("idempotency-key-reused", StatusCodes.Status422UnprocessableEntity, "The Idempotency-Key stands for another request.");
    public static readonly ProblemKind TooLarge = new("too-large", StatusCodes.Status413PayloadTooLarge, $"The body is larger than {ApiComposition.LargestBody} bytes.");
    public static readonly ProblemKind MediaType = new("media-type", StatusCodes.Status415UnsupportedMediaType, "The body is not application/json.");
    public static readonly ProblemKind WrongHost = new("wrong-host", StatusCodes.Status421MisdirectedRequest, "The request names another host.");
    public static readonly ProblemKind TooManyTries = new("too-many-tries", StatusCodes.Status429TooManyRequests, "Too many tries.");
    public static readonly ProblemKind Internal = new("internal", StatusCodes.Status500InternalServerError, "The request failed.");
    public static readonly ProblemKind TooManyListeners = new("too-many-listeners", StatusCodes.Status503ServiceUnavailable, "As many clients listen as may.");
    public static readonly ProblemKind NoAnswer = new("no-answer", StatusCodes.Status503ServiceUnavailable, "The cluster does not answer at present.");

    private static readonly ProblemKind[] ByStatus = [BadRequest, KeyNeeded, RoleNeeded, NotFound, MethodNotAllowed, Conflict, TooLarge, MediaType, WrongHost, TooManyTries, Internal, NoAnswer];

    /// <summary>The URI that names the kind.</summary>
    public string Type => $"urn:callcluster:problem:{Name}";

    /// <summary>The kind of an error that is told by its status alone; null for a status that has none.</summary>
    public static ProblemKind? Of(int? status) => Array.Find(ByStatus, kind => kind.Status == status);
}
