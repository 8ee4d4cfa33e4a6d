using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Syntax;
using CallCluster.Sip.Uris;

namespace CallCluster.Fuzz.Targets;

/// <summary>The parser and all that is read of a message: nothing throws, no control character comes through, what was taken is written and taken again.</summary>
internal sealed class SipMessageTarget : IFuzzTarget
{
    public string Name => "sip";

    public IReadOnlyList<byte[]> Dictionary => SipGrammar.Dictionary;

    public IReadOnlyList<byte[]> Openings => SipGrammar.Openings;

    public int MaxLength => SipLimits.MessageLength;

    public void Run(ReadOnlySpan<byte> input)
    {
        var result = SipParser.Parse(input);
        Promise.Holds(result.Error == SipParseError.None == result.Message is not null);
        if (result.Message is { } message)
        {
            ReadAll(message);
            RoundTrip(message);
        }

        if (result.PartialRequest is { } partial)
        {
            ReadAll(partial);
            SipWriter.ToArray(SipResponse.For(partial, result.Status ?? 400, toTag: "t"));
        }
    }

    private static void RoundTrip(SipMessage message)
    {
        var written = SipWriter.ToArray(message);
        // A datagram needs no Content-Length; the one that is written may be what is too much.
        if (written.Length > SipLimits.MessageLength)
            return;
        var again = SipParser.Parse(written);
        Promise.Holds(again.Error == SipParseError.None);
        Promise.Holds(SipWriter.ToArray(again.Message!).AsSpan().SequenceEqual(written));
    }

    private static void ReadAll(SipMessage message)
    {
        foreach (var address in new[] { message.From, message.To }.Concat(message.Contact).Concat(message.Route).Concat(message.RecordRoute))
            IsClean($"{address.DisplayName}{address.Tag}{address.Expires}{address.Q}{address}{address.Uri.GetHashCode()}");
        foreach (var via in message.Via)
            IsClean($"{via}{via.Branch}{via.RPort}{via.Received}{via.HasMagicCookie}");
        foreach (var (name, value) in message.Headers)
        {
            IsClean((name + value).Replace("\t", "", StringComparison.Ordinal));
            _ = DigestChallenge.TryParse(value, out _);
            _ = DigestCredentials.TryParse(value, out _);
            _ = SipUri.TryParse(value, out _);
            _ = NameAddress.TryParse(value, out _);
        }

        _ = $"{message}{message.CallId}{message.CSeq}{message.MaxForwards}{message.Expires}{message.ContentType}{message.TopVia}{message.HasWildcardContact}";
        _ = message.Require.Count + message.Allow.Count + message.Supported.Count + message.Accept.Count + message.ProxyRequire.Count;
    }

    private static void IsClean(string text) => Promise.Holds(!text.AsSpan().ContainsAnyInRange('\0', '\x1F'));
}
