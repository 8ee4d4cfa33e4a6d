namespace CallCluster.Sip.Timers;

/// <summary>What a <see cref="SipTimer"/> tells when it is due. Called under the endpoint's lock.</summary>
internal interface ISipTimerOwner
{
    void OnTimer(SipTimer timer);
}
