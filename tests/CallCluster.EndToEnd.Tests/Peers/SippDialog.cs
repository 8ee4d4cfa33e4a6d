using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>A dialog of a sipp as its scenario has told it ("DIALOG call-id their-tag own-tag").</summary>
public sealed record SippDialog(string CallId, string TheirTag, string OwnTag)
{
    /// <summary>What names it for the other side (RFC 3891).</summary>
    public string Replaces => $"{CallId};to-tag={TheirTag};from-tag={OwnTag}";

    /// <summary>Refer-To with it (RFC 5589 7).</summary>
    public string ReferTo(string uri) => $"<{uri}?Replaces={Uri.EscapeDataString(Replaces)}>";

    /// <summary>Waits until the sipp has one, and it is there.</summary>
    public static async Task<SippDialog> Of(SippRun run)
    {
        var line = await Eventually.Becomes(() => Task.FromResult(run.LogLines.FirstOrDefault(line => line.Contains("DIALOG ", StringComparison.Ordinal))), line => line is not null, "sipp's dialog");
        return line![(line!.IndexOf("DIALOG ", StringComparison.Ordinal) + 7)..].Split(' ') is [var callId, var theirs, var own] ? new SippDialog(callId, theirs, own) : throw new InvalidOperationException(line);
    }

    /// <summary>A REFER in it, which anybody on the phone's host can send.</summary>
    /// <param name="fromPort">Where it is sent from.</param>
    /// <param name="referTo">Refer-To.</param>
    /// <param name="cseq">Higher than those before.</param>
    /// <param name="headers">Further headers, each with its end of line.</param>
    public string Refer(int fromPort, string referTo, int cseq = 1, string headers = "") =>
        Request("REFER", fromPort, cseq, $"Refer-To: {referTo}\r\n{headers}");

    /// <summary>Ends it in the sipp's name; the sipp knows nothing of it.</summary>
    /// <param name="serverPort">SIP port of the edge that has the other end.</param>
    /// <param name="headers">Further headers, each with its end of line.</param>
    public async Task HangUp(int serverPort, string headers = "")
    {
        using var socket = RawSip.Udp(serverPort);
        Assert.StartsWith("SIP/2.0 200 ", await socket.FinalResponse(Request("BYE", socket.Port, 99, headers)), StringComparison.Ordinal);
    }

    private string Request(string method, int fromPort, int cseq, string headers) =>
        $"{method} sip:callcluster@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{fromPort};rport;branch=z9hG4bK{method}{fromPort}x{cseq}\r\nMax-Forwards: 70\r\n" +
        $"From: <sip:sipp@127.0.0.1>;tag={OwnTag}\r\nTo: <sip:callcluster@127.0.0.1>;tag={TheirTag}\r\nCall-ID: {CallId}\r\nCSeq: {cseq} {method}\r\n{headers}Content-Length: 0\r\n\r\n";
}
