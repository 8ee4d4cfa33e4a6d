using CallCluster.Sip.Messages;
using CallCluster.Sip.Syntax;

namespace CallCluster.Fuzz.Targets;

/// <summary>
/// The framer of streams: it finds the same messages however the bytes arrive, and never sees another length than the parser does. Where they differed,
/// one of two elements in a row could be made to read a message that the other never saw.
/// </summary>
internal sealed class SipStreamTarget : IFuzzTarget
{
    public string Name => "stream";

    public string Corpus => "sip";

    public IReadOnlyList<byte[]> Dictionary => SipGrammar.Dictionary;

    public IReadOnlyList<byte[]> Openings => SipGrammar.Openings;

    public int MaxLength => SipLimits.MessageLength;

    public void Run(ReadOnlySpan<byte> input)
    {
        var whole = new List<(int Start, SipFrame Frame)>();
        var end = Frame(input, input.Length, whole);
        foreach (var (start, frame) in whole)
        {
            if (frame.Kind == SipFrameKind.Message)
                AgreesWithParser(input[start..], frame.Length);
            else if (frame.Kind == SipFrameKind.Error)
                Promise.Holds(SipParser.Parse(input[start..]).Message is null);
        }

        // Long inputs are there for the time they take; in pieces of one byte the short ones have to do.
        foreach (var piece in input.Length <= 2000 ? (ReadOnlySpan<int>)[1, 7] : [1460])
        {
            var pieces = new List<(int, SipFrame)>();
            Promise.Holds(Frame(input, piece, pieces) == end);
            Promise.Holds(pieces.SequenceEqual(whole));
        }
    }

    /// <summary>Frames the input as it arrives in pieces; returns how much was consumed.</summary>
    private static int Frame(ReadOnlySpan<byte> input, int piece, List<(int Start, SipFrame Frame)> found)
    {
        var framer = new SipFramer();
        var start = 0;
        for (var arrived = Math.Min(piece, input.Length); ; arrived = Math.Min(arrived + piece, input.Length))
        {
            SipFrame frame;
            while ((frame = framer.Read(input[start..arrived])).Kind != SipFrameKind.NeedMore)
            {
                found.Add((start, frame));
                if (frame.Kind == SipFrameKind.Error)
                    return start;
                Promise.Holds(frame.Length > 0 && frame.Length <= arrived - start);
                start += frame.Length;
            }

            if (arrived == input.Length)
                return start;
        }
    }

    private static void AgreesWithParser(ReadOnlySpan<byte> rest, int length)
    {
        // As a datagram, a message without Content-Length has all the rest for its body; in a stream it has none.
        var framed = SipParser.Parse(rest[..length]).Message;
        var datagram = SipParser.Parse(rest).Message;
        if (datagram is null)
            return;
        Promise.Holds(framed is not null);
        Promise.Holds(framed!.Body.Length == (datagram.Headers.Contains(HeaderNames.ContentLength) ? datagram.Body.Length : 0));
    }
}
