using Microsoft.AspNetCore.Http;

namespace CallCluster.Host.Api.Problems;

/// <summary>What is wrong with the fields of a request: all of it at once.</summary>
internal sealed class FieldErrors
{
    private readonly List<FieldError> _errors = [];

    public bool Any => _errors.Count > 0;

    /// <param name="field">The field's name; the outer one first where they nest, with dots between.</param>
    /// <param name="detail">What it may hold.</param>
    public FieldErrors Add(string field, string detail)
    {
        _errors.Add(new FieldError(field, detail));
        return this;
    }

    /// <summary>400 with the list.</summary>
    public IResult ToResult() => Problem.Of(ProblemKind.Invalid, string.Join(' ', _errors.Select(error => error.Detail)), "errors", _errors);
}

/// <summary>One field that cannot be as it is.</summary>
internal sealed record FieldError(string Field, string Detail);
