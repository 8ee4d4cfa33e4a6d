using System.Security.Cryptography;

namespace CallCluster.Sip.Transactions;

/// <summary>Branches, tags and Call-IDs: 95 random bits, so that no one off the path can guess them (RFC 3261 §19.3).</summary>
internal static class TransactionTokens
{
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuv";
    private const int Length = 19;

    // Asking the system for each token's few bytes cost as much as parsing the message that the token is for.
    private const int Stock = 64 * Length;

    [ThreadStatic]
    private static byte[]? _random;

    [ThreadStatic]
    private static int _left;

    internal static string New(string prefix = "") =>
        string.Create(prefix.Length + Length, prefix, static (text, prefix) =>
        {
            prefix.CopyTo(text);
            var random = Take();
            for (var i = 0; i < Length; i++)
                text[prefix.Length + i] = Alphabet[random[i] & 31];
            // What is in use by now is nobody's to find in a dump.
            random.Clear();
        });

    private static Span<byte> Take()
    {
        _random ??= new byte[Stock];
        if (_left == 0)
        {
            RandomNumberGenerator.Fill(_random);
            _left = Stock;
        }

        _left -= Length;
        return _random.AsSpan(_left, Length);
    }
}
