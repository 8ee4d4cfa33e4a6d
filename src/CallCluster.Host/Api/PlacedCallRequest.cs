namespace CallCluster.Host.Api;

/// <summary>A call from our side.</summary>
/// <param name="To">Whom it is made to, <c>tel:NUMBER</c> or <c>sip:URI</c>, within Outbound:Allow.</param>
/// <param name="Destination">Where whoever answers is led: a destination.</param>
/// <param name="CallerId">The number shown there; null for Outbound:CallerId.</param>
/// <param name="Timeout">How long it may ring there, as "00:00:30"; null for Outbound:RingTimeout.</param>
internal sealed record PlacedCallRequest(string To, string Destination, string? CallerId = null, TimeSpan? Timeout = null);
