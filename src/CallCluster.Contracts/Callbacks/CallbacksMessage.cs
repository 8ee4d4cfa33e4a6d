namespace CallCluster.Contracts.Callbacks;

/// <summary>One-way message to a CallbacksGrain.</summary>
[GenerateSerializer, Immutable, Alias("CallbacksMessage")]
public abstract record CallbacksMessage;

/// <summary>CallGrain: the caller asks to be called back, or still is to be. Answered by <see cref="Calls.CallbackKept"/> or <see cref="Calls.CallbackRefused"/>.</summary>
/// <param name="Callback">What is kept.</param>
/// <param name="Most">How many may be kept.</param>
[GenerateSerializer, Immutable, Alias("KeepCallback")]
public sealed record KeepCallback([property: Id(0)] PendingCallback Callback, [property: Id(1)] int Most) : CallbacksMessage;

/// <summary>CallGrain: nobody is to be called back any more. Answered by <see cref="Calls.CallbackDropped"/>.</summary>
[GenerateSerializer, Immutable, Alias("DropCallback")]
public sealed record DropCallback([property: Id(0)] string CallId) : CallbacksMessage;

/// <summary>QueueGrain that was just activated, and each silo once a minute: each call that is kept hears <see cref="Calls.CallbackAwaited"/>.</summary>
[GenerateSerializer, Immutable, Alias("AssertCallbacks")]
public sealed record AssertCallbacks() : CallbacksMessage;
