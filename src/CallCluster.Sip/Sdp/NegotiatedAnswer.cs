namespace CallCluster.Sip.Sdp;

/// <summary>The answer to send, and the media it agrees to.</summary>
public sealed record NegotiatedAnswer(SessionDescription Description, NegotiatedMedia Media);
