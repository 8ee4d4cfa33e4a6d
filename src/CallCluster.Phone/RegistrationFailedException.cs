namespace CallCluster.Phone;

/// <summary>A registrar refused the phone, or did not answer.</summary>
public sealed class RegistrationFailedException : Exception
{
    public RegistrationFailedException() : this("The registration failed.") { }

    public RegistrationFailedException(string message) : base(message) { }

    public RegistrationFailedException(string message, Exception? innerException) : base(message, innerException) { }

    public RegistrationFailedException(int? status, string? phrase)
        : base(status is null ? "The registrar did not answer." : $"The registrar answered {status} {phrase}.") => Status = status;

    /// <summary>The registrar's final status; null when none came.</summary>
    public int? Status { get; }
}
