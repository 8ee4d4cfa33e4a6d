namespace CallCluster.Sip.Messages;

/// <summary>What a stream holds next.</summary>
public enum SipFrameKind
{
    /// <summary>Nothing whole: keep the bytes and read more.</summary>
    NeedMore,

    /// <summary>A message of the frame's length, for <see cref="SipParser.Parse"/>.</summary>
    Message,

    /// <summary>A line end to skip: the answer to our keep-alive, or padding.</summary>
    LineEnd,

    /// <summary>The second line end of a keep-alive: skip it and answer with one CR LF (RFC 5626 section 4.4.1).</summary>
    Ping,

    /// <summary>No message can be found any more: try to parse what is there for a request to refuse, then close.</summary>
    Error,
}
