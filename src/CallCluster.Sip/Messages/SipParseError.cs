namespace CallCluster.Sip.Messages;

/// <summary>Why a message was refused; <see cref="SipParseErrors"/> has the sentence and the status of each.</summary>
public enum SipParseError
{
    None,
    KeepAlive,
    MessageTooLong,
    MalformedStartLine,
    UnsupportedVersion,
    MalformedRequestUri,
    RequestUriTooLong,
    RequestUriWithHeaders,
    MalformedStatusCode,
    IncompleteHeaders,
    MalformedHeader,
    BareLineEnd,
    ControlCharacter,
    TooManyHeaders,
    HeaderTooLong,
    MissingHeader,
    DuplicateHeader,
    MalformedHeaderValue,
    MethodMismatch,
    MalformedContentLength,
    ContradictingContentLength,
    IncompleteBody,
}
