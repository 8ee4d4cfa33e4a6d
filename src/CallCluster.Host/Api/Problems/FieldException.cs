using Microsoft.AspNetCore.Http;

namespace CallCluster.Host.Api.Problems;

/// <summary>A field of the query cannot be as it is: told as <see cref="FieldErrors"/> tell it.</summary>
/// <param name="field">The field's name.</param>
/// <param name="detail">What it holds and what it may hold.</param>
internal sealed class FieldException(string field, string detail) : BadHttpRequestException(detail)
{
    public string Field { get; } = field;
}
