using System.Text;
using CsCheck;

namespace CallCluster.Sip.Tests.Messages;

/// <summary>Well-formed messages in every spelling the grammar allows: cases, compact names, folds, lists, quotes, IPv6, odd bodies.</summary>
internal static class MessageGenerator
{
    private static readonly Gen<string> Token = Gen.Char["abcXYZ019-.!%*_+`'~"].Array[1, 12].Select(chars => new string(chars));

    private static readonly Gen<string> Space = Pick("", " ", "\t", "  ", "\r\n ", " \r\n\t ");

    private static readonly Gen<string> Space1 = Pick(" ", "\t", "  ", "\r\n ", " \r\n\t ");

    private static readonly Gen<string> Host = Pick("example.com", "192.0.2.1", "[2001:db8::9]", "[::ffff:192.0.2.1]", "a-b.c_d.example", "x");

    private static readonly Gen<string> HostPort = Gen.Select(Host, Pick("", ":1", ":5060", ":65535"), (host, port) => host + port);

    private static readonly Gen<string> UserInfo = Pick("", "alice@", "+1-415-555@", "%61lice@", "a%00b@", "u;x=1@", "u:p%40w@", "a/b?c,d&e=f$@", "*98#@");

    private static readonly Gen<string> UriParameters = Pick("", ";lr", ";transport=tcp", ";user=phone;maddr=239.0.0.1", ";x=%41%2c;LR", ";[a]=[::1]");

    private static readonly Gen<string> SipUri = Gen.Select(Pick("sip:", "sips:", "SIP:"), UserInfo, HostPort, UriParameters, (scheme, user, host, parameters) => scheme + user + host + parameters);

    private static readonly Gen<string> RequestUri = Gen.OneOf(SipUri, Pick("tel:+1-415-555-0100;phone-context=x", "urn:service:sos", "weird.Scheme+1:any/thing?at=all"));

    private static readonly Gen<string> Quoted = Pick("\"\"", "\"a, b; c <d>\"", "\"q\\\"q\\\\\"", "\"B\\\u0007L\"", "\"Jürgen 大\"", "\"fold\r\n ed\"");

    private static readonly Gen<string> HeaderParameters = Gen.Select(Token, Gen.OneOf(Gen.Const(""), Token.Select(value => "=" + value), Quoted.Select(value => " = " + value)), Space,
        (name, value, space) => space + ";" + space + name + value).Array[0, 3].Select(string.Concat);

    private static readonly Gen<string> NameAddress = Gen.OneOf(
        Gen.Select(Gen.OneOf(Gen.Const(""), Token, Quoted, Gen.Const("two words ")), Space, Gen.OneOf(SipUri, SipUri.Select(uri => uri + "?Route=%3Csip:a%3E")), HeaderParameters,
            (name, space, uri, parameters) => $"{name}{space}<{uri}>{parameters}"),
        Gen.Select(Pick("sip:a@b", "sips:x:5061", "tel:911"), HeaderParameters, (uri, parameters) => uri + parameters));

    private static readonly Gen<string> Via = Gen.Select(Space, Pick("UDP", "tcp", "TLS", "WSS", "X-1"), Space1, HostPort, HeaderParameters,
        (space, transport, space1, host, parameters) => $"SIP{space}/{space}2.0{space}/{space}{transport}{space1}{host}{parameters}");

    private static readonly Gen<string> Other = Pick(
        "Subject: x", "s:", "X-Odd:;;,,\"", "Allow: INVITE, ACK,BYE", "k: 100rel,timer", "Require:a", "Warning: 399 x \"y\"", "P-Asserted-Identity: <tel:1>", "x: 90", "Date : now",
        "MIME-Version: 1.0", "X-Utf8: \u00e9\u4e2d", "Route: <sip:p;lr>,<sip:q;lr>", "Record-Route: <sip:p;lr>", "Expires: 99999999999999999999");

    private static readonly Gen<byte[]> Body = Gen.OneOf(Gen.Const(Array.Empty<byte>()), Gen.Byte.Array[1, 300], Gen.Const("v=0\r\n\r\nINVITE sip:x SIP/2.0\r\n\r\n"u8.ToArray()));

    private static readonly Gen<string[]> Fields = Gen.Select(
        List("Via", "v", Via), NameAddress, NameAddress, Pick("a@b", "x", "(<:>)\"\\/[]?{}"), Gen.OneOf(Gen.Const("*"), List("", "", NameAddress)), Other.Array[0, 6],
        (vias, from, to, callId, contacts, others) => new[] { vias, "F : " + from, "to:" + to, "cALL-id: " + callId, "m:" + contacts, "Max-Forwards: 007" }.Concat(others).ToArray());

    /// <summary>A message with its own Content-Length, and whether it has one.</summary>
    public static readonly Gen<byte[]> Message = Gen.Select(
        Gen.OneOf(
            Gen.Select(Pick("INVITE", "ACK", "OPTIONS", "a%b'c"), RequestUri, (method, uri) => (Line: $"{method} {uri} SIP/2.0", Method: method)),
            Gen.Select(Gen.Int[100, 699], Pick("", "OK", "Не найдено", "a  b "), (status, reason) => (Line: $"SIP/2.0 {status} {reason}", Method: "BYE"))),
        Fields, Gen.UInt[0, int.MaxValue], Body, Pick("Content-Length: ", "l:", "L \t: \r\n 00"), Gen.Int[0, 1000],
        (start, fields, cseq, body, lengthName, seed) =>
        {
            string[] all = [.. fields, $"CSeq: {cseq} {start.Method}", $"{lengthName}{body.Length}"];
            new Random(seed).Shuffle(all);
            return Encoding.UTF8.GetBytes(start.Line + "\r\n" + string.Join("\r\n", all) + "\r\n\r\n").Concat(body).ToArray();
        });

    private static Gen<string> Pick(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static Gen<string> List(string name, string compact, Gen<string> value) => Gen.Select(value.Array[1, 3], Space, Gen.Bool,
        (values, space, useCompact) => (name.Length == 0 ? "" : (useCompact ? compact : name) + ":") + string.Join(space + "," + space, values));
}
