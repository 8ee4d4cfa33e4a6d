using System.Net;
using CallCluster.Media.Engine;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.Transports;
using Microsoft.Extensions.Logging;

namespace CallCluster.Phone;

/// <summary>Who a phone is and how it is reached.</summary>
public sealed record SipPhoneOptions
{
    /// <summary>User part of the phone's address, and its user name for digest authentication.</summary>
    public string User { get; init; } = "phone";

    /// <summary>Shown to those who are called; null for none.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Password for digest authentication, or null when the phone has none.</summary>
    public string? Password { get; init; }

    /// <summary>Host part of the phone's address of record; null takes the address it listens on.</summary>
    public string? Domain { get; init; }

    public SipTransportProtocol Transport { get; init; } = SipTransportProtocol.Udp;

    /// <summary>Where the phone listens for SIP; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>A media engine to share between phones, which its owner disposes; null starts one of the phone's own.</summary>
    public MediaEngine? Media { get; init; }

    /// <summary>Codecs in order of preference.</summary>
    public IReadOnlyList<AudioCodec> Codecs { get; init; } = AudioCodec.All;

    /// <summary>Payload type of telephone-event in the phone's offers; null takes the ability away.</summary>
    public int? TelephoneEventPayloadType { get; init; } = 101;

    /// <summary>What to do when called; may be changed later with <see cref="SipPhone.Incoming"/>.</summary>
    public IncomingCalls Incoming { get; init; } = IncomingCalls.Ring;

    /// <summary>Told each event as it happens, under the stack's lock: enqueue and return.</summary>
    public Action<PhoneEvent>? OnEvent { get; init; }

    /// <summary>SIP's round-trip estimate T1 (RFC 3261 §17.1.1.1).</summary>
    public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILoggerFactory? Logs { get; init; }
}
