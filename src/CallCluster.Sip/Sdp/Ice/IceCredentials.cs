using System.Security.Cryptography;

namespace CallCluster.Sip.Sdp.Ice;

/// <summary>One side's <c>a=ice-ufrag</c> and <c>a=ice-pwd</c> (RFC 8839 §5.4). Says nothing of the password in <see cref="ToString"/>.</summary>
public sealed record IceCredentials(string Ufrag, string Password)
{
    internal const string UfragName = "ice-ufrag";
    private const string PasswordName = "ice-pwd";
    private const int MaxLength = 256;
    private const int UfragLength = 8;
    private const int PasswordLength = 24;

    // RFC 8839 §5.4: ice-char = ALPHA / DIGIT / "+" / "/".
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <summary>Random ones: 48 and 144 bits, more than RFC 8445 §5.3 asks for.</summary>
    public static IceCredentials Generate() =>
        new(RandomNumberGenerator.GetString(Characters, UfragLength), RandomNumberGenerator.GetString(Characters, PasswordLength));

    /// <summary>Those that hold for a media line, its own or else the session's; null when there are none or they break the grammar.</summary>
    public static IceCredentials? Of(SessionDescription description, MediaDescription line)
    {
        var ufrag = SdpAttributes.Value(line.Attributes, UfragName) ?? SdpAttributes.Value(description.Attributes, UfragName);
        var password = SdpAttributes.Value(line.Attributes, PasswordName) ?? SdpAttributes.Value(description.Attributes, PasswordName);
        return IsValid(ufrag, 4) && IsValid(password, 22) ? new IceCredentials(ufrag!, password!) : null;
    }

    /// <summary>The lines of a description of ours.</summary>
    public IEnumerable<SdpAttribute> ToAttributes() => [new(UfragName, Ufrag), new(PasswordName, Password)];

    public override string ToString() => Ufrag;

    private static bool IsValid(string? text, int minLength) =>
        text is not null && text.Length >= minLength && text.Length <= MaxLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/');
}
