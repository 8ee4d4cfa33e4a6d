using System.Net.NetworkInformation;

namespace CallCluster.EndToEnd.Tests.Processes;

/// <summary>Tells that another program has bound its port, and over TCP takes connections.</summary>
public static class Listening
{
    public static bool OnUdp(int port) => IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners().Any(endpoint => endpoint.Port == port);

    public static bool OnTcp(int port) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(endpoint => endpoint.Port == port);
}
