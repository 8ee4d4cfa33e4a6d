namespace CallCluster.Media.Stun;

/// <summary>A STUN server did not tell the public address; the message names the server and what to do.</summary>
public sealed class StunException(string message, Exception? inner = null) : Exception(message, inner);
