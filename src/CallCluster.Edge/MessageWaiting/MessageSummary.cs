using System.Text;
using CallCluster.Contracts.Boxes;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.MessageWaiting;

/// <summary>application/simple-message-summary (RFC 3842 5.2).</summary>
internal static class MessageSummary
{
    public const string ContentType = "application/simple-message-summary";

    /// <summary>Open tickets are new messages, claimed ones old; none is urgent.</summary>
    public static SipBody Of(BoxSummary box, string domain) => new(ContentType, Encoding.ASCII.GetBytes(
        $"Messages-Waiting: {(box.Open > 0 ? "yes" : "no")}\r\nMessage-Account: sip:{box.Box}@{domain}\r\nVoice-Message: {box.Open}/{box.Claimed} (0/0)\r\n"));
}
