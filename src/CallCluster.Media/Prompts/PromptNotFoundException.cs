namespace CallCluster.Media.Prompts;

/// <summary>No file and no generated tone has the prompt's name, in the language asked for or without one.</summary>
public sealed class PromptNotFoundException : Exception
{
    /// <summary>Makes the exception with a default message.</summary>
    public PromptNotFoundException() : this("The prompt does not exist.") { }

    /// <summary>Makes the exception with the given message.</summary>
    public PromptNotFoundException(string message) : base(message) { }

    /// <summary>Makes the exception with the given message and cause.</summary>
    public PromptNotFoundException(string message, Exception? innerException) : base(message, innerException) { }
}
