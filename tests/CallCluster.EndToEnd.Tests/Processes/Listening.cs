using System.Net.NetworkInformation;

namespace CallCluster.EndToEnd.Tests.Processes;

/// <summary>Tells that another program has bound its port.</summary>
public static class Listening
{
    public static bool OnUdp(int port) => IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners().Any(endpoint => endpoint.Port == port);
}
