using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using CallCluster.Sip.Sdp.Encryption;
using CallCluster.Sip.Sdp.Ice;

namespace CallCluster.Sip.Sdp;

/// <summary>One side's offers and answers over the life of a dialog (RFC 3264), for one audio stream. Every other media line is rejected and keeps its
/// place. Not thread-safe; it changes only when an exchange succeeds, so a refused re-offer leaves what was agreed.</summary>
public sealed partial class OfferAnswerSession
{
    private const string TelephoneEvent = "telephone-event";
    private const string ComfortNoise = "CN";
    private const int StaticComfortNoise = 13;
    private const int WidebandClockRate = 16000;
    private readonly string _sessionId;
    private readonly Dictionary<AudioCodec, int> _payloadTypes = [];
    private int? _telephoneEventPayloadType;
    private int _telephoneEventClockRate = 8000;
    private int? _comfortNoisePayloadType;
    private ulong _version;
    private int _audio = -1;

    /// <param name="local">What we can do and where we listen.</param>
    /// <param name="sessionId">The o= line's session id; random when left out.</param>
    public OfferAnswerSession(MediaCapabilities local, ulong? sessionId = null)
    {
        Local = local;
        _sessionId = (sessionId ?? (ulong)Random.Shared.NextInt64(1L << 62)).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>What the next offer or answer is made from; a new address or port takes effect there.</summary>
    public MediaCapabilities Local { get; set; }

    /// <summary>The direction that we want, our view; sendonly or inactive put the peer on hold (RFC 3264 §8.4) at the next offer or answer.</summary>
    public MediaDirection Direction { get; set; } = MediaDirection.SendRecv;

    /// <summary>What was agreed last, or null before the first exchange.</summary>
    public NegotiatedMedia? Media { get; private set; }

    /// <summary>Our last offer or answer.</summary>
    public SessionDescription? LocalDescription { get; private set; }

    /// <summary>The peer's last offer or answer that was agreed to.</summary>
    public SessionDescription? RemoteDescription { get; private set; }

    /// <summary>An offer (RFC 3264 §5): the first one, one for a late-offer INVITE, or a re-offer that keeps every media line in its place (§8).</summary>
    public SessionDescription CreateOffer()
    {
        var lines = new List<MediaDescription>();
        if (LocalDescription is { } last)
            lines.AddRange(last.Media.Select(line => line.Rejected()));
        if (_audio < 0)
        {
            _audio = lines.Count;
            if (Local.OffersWebRtc)
                _group = MediaGroup.Ours;
            lines.Add(AudioOffer(FirstProtocol));
        }
        else
        {
            lines[_audio] = AudioOffer(lines[_audio].Protocol);
        }

        return Versioned(lines);
    }

    /// <summary>Why <see cref="AnswerOffer"/> would find no stream in a first offer that we can take; <see cref="OfferRefusal.None"/> when it would. Changes nothing.</summary>
    public OfferRefusal Examine(SessionDescription offer)
    {
        var refusal = OfferRefusal.NoCommonCodec;
        foreach (var line in offer.Media)
        {
            if (!TryRead(offer, line, answering: false, out var stream))
                continue;
            if (TrySecure(offer, ref stream))
                return OfferRefusal.None;
            refusal = RefusalOf(offer, line);
        }

        return refusal;
    }

    /// <summary>Answers an offer (RFC 3264 §6), or returns null when it has no stream that we can take: the application then sends 488.
    /// A re-offer that removes all streams (port 0, §8.2) is answered, and <see cref="NegotiatedMedia.Direction"/> becomes inactive.</summary>
    public NegotiatedAnswer? AnswerOffer(SessionDescription offer)
    {
        var chosen = -1;
        Stream stream = default;
        // The stream that is up keeps its line; another is looked for only when that one is gone.
        if (_audio >= 0 && _audio < offer.Media.Count && TryTake(offer, offer.Media[_audio], out stream))
            chosen = _audio;
        for (var i = 0; i < offer.Media.Count && (chosen < 0 || (Media is null && !stream.IsSecure)); i++)
        {
            // One line may offer in the clear what another offers with keys.
            if (TryTake(offer, offer.Media[i], out var candidate) && (chosen < 0 || candidate.IsSecure))
                (chosen, stream) = (i, candidate);
        }

        NegotiatedMedia media;
        if (chosen >= 0)
        {
            media = Negotiate(offer, stream, Direction, stream.PayloadType, stream.Events?.PayloadType, stream.Noise?.PayloadType, mayMux: true);
            _audio = chosen;
            _group = MediaGroup.Of(offer, offer.Media[chosen]);
            _payloadTypes[stream.Codec] = stream.PayloadType;
            if (stream.Events is { } events)
                (_telephoneEventPayloadType, _telephoneEventClockRate) = (events.PayloadType, events.ClockRate);
            _comfortNoisePayloadType = stream.Noise?.PayloadType;
        }
        else if (Media is not null && offer.Media.All(line => line.Port == 0)) // one that wants fax (T.38) or video in its place is refused, and the call goes on
        {
            media = Media with { Direction = MediaDirection.Inactive };
        }
        else
        {
            return null;
        }

        var lines = new List<MediaDescription>(offer.Media.Count);
        for (var i = 0; i < offer.Media.Count; i++)
            lines.Add(i == chosen ? AudioAnswer(offer.Media[i], media) : offer.Media[i].Rejected());
        Agree(offer, media, chosen < 0 ? null : offer.Media[chosen]);
        return new NegotiatedAnswer(Versioned(lines), media);
    }

    /// <summary>Takes the answer to our last offer (RFC 3264 §7), or returns null when it refuses the stream or is none we can use. May be called again
    /// with another answer to the same offer, as forking and early media bring them; the last one holds.</summary>
    public NegotiatedMedia? AcceptAnswer(SessionDescription answer)
    {
        if (_audio < 0 || LocalDescription is not { } offer || _audio >= offer.Media.Count || _audio >= answer.Media.Count)
            return null;
        var line = answer.Media[_audio];
        var offered = offer.Media[_audio];
        if (!TryRead(answer, line, answering: true, out var stream) || !TryAccept(offered, answer, ref stream))
            return null;
        var wanted = offer.DirectionOf(offered);
        var media = Negotiate(answer, stream, wanted, PayloadTypeOf(stream.Codec), stream.Events is null ? null : _telephoneEventPayloadType,
            stream.Noise is null ? null : _comfortNoisePayloadType, mayMux: offered.Has("rtcp-mux"));
        Agree(answer, media, line);
        return media;
    }

    private NegotiatedMedia Negotiate(SessionDescription remote, Stream stream, MediaDirection wanted, int receivePayloadType, int? receiveEvent, int? receiveNoise, bool mayMux)
    {
        var theirs = remote.DirectionOf(stream.Line).Reversed();
        // RFC 3264 §8.4: 0.0.0.0, the hold of RFC 2543, asks for no media but says nothing of what the peer sends. With ICE it says that there is no default candidate (RFC 8840 §4.1.1).
        if (stream.Ice is null && (stream.Address.Equals(IPAddress.Any) || stream.Address.Equals(IPAddress.IPv6Any)))
            theirs &= ~MediaDirection.SendOnly;
        var rtp = new IPEndPoint(stream.Address, stream.Line.Port);
        var ptime = stream.Line.PtimeMs ?? Local.PtimeMs;
        var muxed = mayMux && stream.Line.Has("rtcp-mux") && (Local.RtcpMux || stream.Ice is not null || stream.Dtls is not null);
        return new NegotiatedMedia
        {
            Remote = rtp,
            RemoteRtcp = muxed ? rtp : SdpAttributes.Rtcp(stream.Line.Attributes, stream.Address) ?? new IPEndPoint(stream.Address, Math.Min(stream.Line.Port + 1, 65535)),
            Codec = stream.Codec,
            PayloadType = stream.PayloadType,
            ReceivePayloadType = receivePayloadType,
            TelephoneEventPayloadType = stream.Events?.PayloadType,
            ReceiveTelephoneEventPayloadType = receiveEvent,
            TelephoneEventClockRate = stream.Events?.ClockRate ?? stream.Codec.ClockRate,
            ComfortNoisePayloadType = stream.Noise?.PayloadType,
            ReceiveComfortNoisePayloadType = receiveNoise,
            Direction = wanted & theirs,
            PtimeMs = Math.Min(ptime, stream.Line.MaxPtimeMs ?? ptime),
            RtcpMux = muxed,
            Keys = stream.Keys,
            Dtls = stream.Dtls,
            Ice = stream.Ice,
        };
    }

    /// <summary>Reads an offered line into the stream we could have over it; false when we cannot.</summary>
    private bool TryTake(SessionDescription offer, MediaDescription line, out Stream stream) => TryRead(offer, line, answering: false, out stream) && TrySecure(offer, ref stream);

    /// <summary>Reads all of a stream but its encryption.</summary>
    private bool TryRead(SessionDescription remote, MediaDescription line, bool answering, out Stream stream)
    {
        stream = default;
        var needsIce = false;
        if (line.Media != "audio" || line.Port == 0 || !line.Protocol.Contains("RTP/", StringComparison.Ordinal))
            return false;
        if (remote.ConnectionOf(line)?.IPAddress is not { } address || address.AddressFamily != Local.Address.AddressFamily)
        {
            // A default candidate that we cannot reach, or a name, is no matter where checks will tell the address.
            if (!Local.Ice || IceCredentials.Of(remote, line) is null)
                return false;
            address = IPAddress.Any;
            needsIce = true;
        }

        var maps = line.RtpMaps;
        if (Local.Choose(maps, theirOrder: answering || Local.Preference == CodecPreference.Offerer) is not var (codec, payloadType))
            return false;
        var wantsEvents = Local.TelephoneEventPayloadType is not null && (!answering || _telephoneEventPayloadType is not null);
        stream = new Stream(line, address, codec, payloadType, wantsEvents ? Events(maps, codec) : null, answering && _comfortNoisePayloadType is null ? null : Noise(maps, codec), NeedsIce: needsIce);
        return true;
    }

    /// <summary>RFC 4733 §2.1: events share the stream's clock, so those at the codec's rate are meant; some wideband peers have them at 16000 only.</summary>
    private static RtpMap? Events(IReadOnlyList<RtpMap> maps, AudioCodec codec)
    {
        foreach (var rate in (ReadOnlySpan<int>)[codec.ClockRate, WidebandClockRate])
        {
            foreach (var map in maps)
            {
                if (map.Is(TelephoneEvent, rate))
                    return map;
            }
        }

        return null;
    }

    /// <summary>RFC 3389 §4: at the codec's clock rate.</summary>
    private static RtpMap? Noise(IReadOnlyList<RtpMap> maps, AudioCodec codec)
    {
        foreach (var map in maps)
        {
            if (map.Is(ComfortNoise, codec.ClockRate))
                return map;
        }

        return null;
    }

    private MediaDescription AudioOffer(string protocol)
    {
        if (Local.TelephoneEventPayloadType is { } wanted)
            _telephoneEventPayloadType ??= FreePayloadType(wanted);
        var maps = Local.Codecs.Select(c => new RtpMap(PayloadTypeOf(c), c.Name, c.ClockRate)).ToList();
        if (Local.OfferComfortNoise)
            _comfortNoisePayloadType ??= StaticComfortNoise;
        if (_comfortNoisePayloadType is { } noise)
            maps.Add(new RtpMap(noise, ComfortNoise, 8000));
        var events = Local.TelephoneEventPayloadType is null ? null : _telephoneEventPayloadType;
        var mux = Local.RtcpMux || DtlsDescriptions.IsUsedBy(protocol) || Media is { RtcpMux: true };
        return Audio(protocol, maps, events, _telephoneEventClockRate, Direction, mux, [.. OfferSecurity(protocol), .. OfferIce(protocol)]);
    }

    /// <summary>RFC 3264 §6.1: one codec, so that the peer need not be ready to switch, under the offer's payload types.</summary>
    private MediaDescription AudioAnswer(MediaDescription offered, NegotiatedMedia media) =>
        Audio(offered.Protocol, [new RtpMap(media.ReceivePayloadType, media.Codec.Name, media.Codec.ClockRate), .. media.ReceiveComfortNoisePayloadType is { } noise ? [new RtpMap(noise, ComfortNoise, media.Codec.ClockRate)] : Array.Empty<RtpMap>()], media.ReceiveTelephoneEventPayloadType, media.TelephoneEventClockRate,
            media.Direction, media.RtcpMux, [.. AnswerSecurity(offered, media), .. IceAttributes(media.Ice?.Local)]);

    private MediaDescription Audio(string protocol, List<RtpMap> maps, int? eventPayloadType, int eventClockRate, MediaDirection direction, bool mux, IReadOnlyList<SdpAttribute> transport)
    {
        var formats = maps.Select(m => m.PayloadType).ToList();
        var attributes = maps.Select(m => new SdpAttribute("rtpmap", m.ToString())).ToList();
        if (eventPayloadType is { } payloadType)
        {
            formats.Add(payloadType);
            attributes.Add(new SdpAttribute("rtpmap", new RtpMap(payloadType, TelephoneEvent, eventClockRate).ToString()));
            attributes.Add(new SdpAttribute("fmtp", string.Create(CultureInfo.InvariantCulture, $"{payloadType} 0-15")));
        }

        attributes.AddRange(transport);
        attributes.AddRange(_group.MediaAttributes);
        attributes.Add(new SdpAttribute("ptime", Local.PtimeMs.ToString(CultureInfo.InvariantCulture)));
        if (mux)
            attributes.Add(new SdpAttribute("rtcp-mux"));
        attributes.Add(new SdpAttribute(direction.AttributeName()));
        return new MediaDescription
        {
            Media = "audio",
            Port = Local.Port,
            Protocol = protocol,
            Formats = [.. formats.Select(f => f.ToString(CultureInfo.InvariantCulture))],
            Attributes = attributes,
        };
    }

    /// <summary>RFC 3264 §8: the version rises by one exactly when something else in the description changes.</summary>
    private SessionDescription Versioned(List<MediaDescription> lines)
    {
        var connection = SdpConnection.For(Local.Address);
        var description = new SessionDescription
        {
            Origin = new SdpOrigin("-", _sessionId, _version.ToString(CultureInfo.InvariantCulture), "IN", connection.AddressType, connection.Address),
            Connection = connection,
            Attributes = SessionAttributes(lines),
            Media = lines,
        };
        if (LocalDescription is null || !description.ToBytes().AsSpan().SequenceEqual(LocalDescription.ToBytes()))
        {
            _version++;
            description = description with { Origin = description.Origin with { SessionVersion = _version.ToString(CultureInfo.InvariantCulture) } };
        }

        LocalDescription = description;
        return description;
    }

    /// <summary>RFC 3264 §8.3.2: a payload type never changes its meaning within a session, so what an offer of the peer's mapped stays so.</summary>
    private int PayloadTypeOf(AudioCodec codec) => _payloadTypes.GetValueOrDefault(codec, codec.PayloadType);

    private int FreePayloadType(int wanted)
    {
        var used = RemoteDescription?.Media.SelectMany(m => m.RtpMaps).Select(m => m.PayloadType).ToHashSet() ?? [];
        return used.Contains(wanted) ? Enumerable.Range(96, 32).FirstOrDefault(p => !used.Contains(p), wanted) : wanted;
    }
}
