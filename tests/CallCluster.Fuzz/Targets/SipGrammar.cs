using System.Text;

namespace CallCluster.Fuzz.Targets;

/// <summary>Pieces of RFC 3261 section 25.1 that both SIP targets are fed with.</summary>
internal static class SipGrammar
{
    public static IReadOnlyList<byte[]> Dictionary { get; } = Bytes(
        "INVITE", " ", "sip:", "a@b", "SIP/2.0", "\r\n", "\n", "\r", "\0", ":", ";", ",", "<", ">", "\"", "\\", "Via", "v", "SIP/2.0/UDP h", "From", "To", "Call-ID", "CSeq", "1 INVITE",
        "Content-Length", "l", "-1", "5", "99999999999", "4294967328", "=", "%", "%4", "%41", "%00", "[::1]", "[", "]", "*", "Contact", "\t", "é", "tag", "branch=z9hG4bK", "?", "Digest ",
        "realm=\"r\"", "\r\n\r\n", "\r\n ", "l: 5\r\n", "Content-Length: 0\r\n", "Via: SIP/2.0/UDP a\r\n", "SIP/2.0/UDP a,", "X:\r\n ", "\"\\", ";a=\"b\"", "Contact: \"", "Route: <sip:a;lr>,", "Require: a,", "m:");

    public static IReadOnlyList<byte[]> Openings { get; } = Bytes(
        "INVITE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n",
        "INVITE sip:a SIP/2.0\r\nContact: ",
        "REGISTER sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:a>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\nContact: ",
        "SIP/2.0 200 ",
        "INVITE ");

    public static byte[][] Bytes(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
