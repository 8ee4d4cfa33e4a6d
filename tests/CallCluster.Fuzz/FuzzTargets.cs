using CallCluster.Fuzz.Targets;

namespace CallCluster.Fuzz;

/// <summary>All targets.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
        [
            new SipMessageTarget(), new SipStreamTarget(), new SdpTarget(), new RtpTarget(), new RtcpTarget(), new TelephoneEventTarget(), new StunTarget(), new StunClientTarget(), new DtlsTarget(),
            new DtlsClientTarget(), new DtlsCookiesTarget(), new SrtpTarget(),
        ];
}
