namespace CallCluster.Sip.Dialogs;

/// <summary>What names a dialog at this side (RFC 3261 §12): Call-ID, local tag, remote tag ("" for RFC 2543 peers).</summary>
public readonly record struct DialogId(string CallId, string LocalTag, string RemoteTag);
