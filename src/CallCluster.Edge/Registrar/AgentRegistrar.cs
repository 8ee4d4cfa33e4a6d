namespace CallCluster.Edge.Registrar;
internal sealed class AgentRegistrar(EdgeContext edge, Admission.DigestGate digest)
{
    public void Register(Sip.UserAgents.IncomingRequest request) { _ = edge; _ = digest; request.RespondUnhandled(); }
}
