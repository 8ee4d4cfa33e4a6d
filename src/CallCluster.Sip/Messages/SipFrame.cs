namespace CallCluster.Sip.Messages;

/// <summary>What <see cref="SipFramer.Read"/> found at the start of the stream.</summary>
public readonly record struct SipFrame
{
    public static readonly SipFrame NeedMore = new() { Kind = SipFrameKind.NeedMore };

    internal static readonly SipFrame LineEnd = new() { Kind = SipFrameKind.LineEnd, Length = 2 };

    internal static readonly SipFrame Ping = new() { Kind = SipFrameKind.Ping, Length = 2 };

    public SipFrameKind Kind { get; private init; }

    /// <summary>Bytes to take from the stream: they are the message when <see cref="Kind"/> is <see cref="SipFrameKind.Message"/>.</summary>
    public int Length { get; private init; }

    /// <summary>Why the connection must close, when <see cref="Kind"/> is <see cref="SipFrameKind.Error"/>.</summary>
    public SipParseError Error { get; private init; }

    internal static SipFrame Message(int length) => new() { Kind = SipFrameKind.Message, Length = length };

    internal static SipFrame Failed(SipParseError error) => new() { Kind = SipFrameKind.Error, Error = error };
}
