namespace CallCluster.Host.Api;

/// <summary>Body of <c>POST /api/v1/queues/{name}/callers/{call}/move</c>.</summary>
/// <param name="To">A destination: <c>queue:NAME</c>, <c>agent:ID</c>, <c>voicemail:BOX</c>, <c>flow:NAME</c>; <c>tel:</c> and <c>sip:</c> within Outbound:Allow.</param>
internal sealed record MoveRequest(string? To);

/// <summary>Body of <c>POST /api/v1/queues/{name}/callers/{call}/pick</c>.</summary>
/// <param name="Agent">The agent who gets the caller now.</param>
internal sealed record PickRequest(string? Agent);

/// <summary>Body of <c>PUT /api/v1/queues/{name}/callers/{call}/priority</c>.</summary>
/// <param name="Priority">From -100 to 100, in place of the queue's; higher is more important.</param>
internal sealed record PriorityRequest(int? Priority);
