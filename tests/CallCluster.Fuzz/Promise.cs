using System.Runtime.CompilerServices;

namespace CallCluster.Fuzz;

/// <summary>What a target's code promises for any input.</summary>
internal static class Promise
{
    public static void Holds(bool condition, [CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        if (!condition)
            throw new BrokenPromiseException($"Not so: {what}");
    }
}

/// <summary>The code under test gave an answer that it must not give.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
