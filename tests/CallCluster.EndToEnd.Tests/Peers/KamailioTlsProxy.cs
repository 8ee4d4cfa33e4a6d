using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>
/// Kamailio as a carrier's border in front of callcluster: takes calls over UDP, sends them on over TLS, records its route on both sides (RFC 5658), and wants and
/// shows a certificate whoever connects.
/// </summary>
public static class KamailioTlsProxy
{
    /// <param name="scratch">Where its files go.</param>
    /// <param name="udpPort">Where callers reach it on 127.0.0.1.</param>
    /// <param name="tlsPort">Where callcluster reaches it on 127.0.0.1.</param>
    /// <param name="edgeTlsPort">Where it sends calls to on 127.0.0.1.</param>
    /// <param name="tls">Issues its certificate.</param>
    /// <param name="name">Name of its certificate, beside its address.</param>
    public static async Task<ChildProcess> Start(ScratchDirectory scratch, int udpPort, int tlsPort, int edgeTlsPort, TlsMaterial tls, string name = "carrier.example")
    {
        tls.Issue("kamailio", "127.0.0.1", name);
        var domain = $"""
            method = TLSv1.2+
            verify_certificate = yes
            require_certificate = yes
            private_key = {scratch.File("kamailio.key")}
            certificate = {scratch.File("kamailio.crt")}
            ca_list = {tls.AuthorityFile("kamailio")}
            """;
        var tlsFile = scratch.Write("kamailio-tls.cfg", $"[server:default]\n{domain}\n[client:default]\n{domain}\n");
        var file = scratch.Write("kamailio.cfg", $$"""
            debug=2
            log_stderror=yes
            children=1
            tcp_children=2
            enable_tls=yes
            listen=udp:127.0.0.1:{{udpPort}}
            listen=tls:127.0.0.1:{{tlsPort}}
            loadmodule "tls.so"
            loadmodule "sl.so"
            loadmodule "tm.so"
            loadmodule "rr.so"
            loadmodule "pv.so"
            loadmodule "maxfwd.so"
            loadmodule "textops.so"
            loadmodule "siputils.so"
            modparam("tls", "config", "{{tlsFile}}")
            request_route {
                if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
                if (has_totag()) {
                    if (!loose_route() && !(is_method("ACK") && t_check_trans())) { sl_send_reply("404", "Not Here"); exit; }
                    t_relay();
                    exit;
                }
                if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
                record_route();
                $du = "sip:127.0.0.1:{{edgeTlsPort}};transport=tls";
                t_relay();
            }

            """);
        var process = ChildProcess.Start(DebianProgram.Find("kamailio", "kamailio kamailio-tls-modules"), ["-f", file, "-DD", "-E", "-m", "64", "-M", "8", "-Y", scratch.Folder("kamailio-run"), "-P", scratch.File("kamailio.pid")], scratch.Root);
        await Eventually.IsTrue(() => process.HasExited || Listening.OnUdp(udpPort), "kamailio listens");
        return process.HasExited ? throw new InvalidOperationException($"kamailio ended:\n{process.Output}") : process;
    }
}
