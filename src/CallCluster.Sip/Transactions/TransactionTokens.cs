using System.Security.Cryptography;

namespace CallCluster.Sip.Transactions;

/// <summary>Branches, tags and Call-IDs: 95 random bits, so that no one off the path can guess them (RFC 3261 §19.3).</summary>
internal static class TransactionTokens
{
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuv";
    private const int Length = 19;

    internal static string New(string prefix = "") =>
        string.Create(prefix.Length + Length, prefix, static (text, prefix) =>
        {
            Span<byte> random = stackalloc byte[Length];
            RandomNumberGenerator.Fill(random);
            prefix.CopyTo(text);
            for (var i = 0; i < Length; i++)
                text[prefix.Length + i] = Alphabet[random[i] & 31];
        });
}
