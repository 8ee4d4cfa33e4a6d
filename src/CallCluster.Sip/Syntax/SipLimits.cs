namespace CallCluster.Sip.Syntax;

/// <summary>How much of anything one message may hold. Beyond these a message is refused, whatever it says.</summary>
public static class SipLimits
{
    /// <summary>Bytes of a whole message, body included: what fits a UDP datagram.</summary>
    public const int MessageLength = 65_535;

    /// <summary>Bytes of one header field, its folded lines together.</summary>
    public const int HeaderLength = 8_192;

    /// <summary>Header fields in a message.</summary>
    public const int Headers = 200;

    /// <summary>Bytes of one URI.</summary>
    public const int UriLength = 2_048;

    /// <summary>Parameters of one URI or header value.</summary>
    public const int Parameters = 64;

    /// <summary>Values of one kind in a message, over all of its fields: Via, Route, Contact, options.</summary>
    public const int Values = 100;
}
