using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>
/// Kamailio as a carrier: a registrar and proxy in front that challenges (user cc, password wonderland, realm carrier.test), records its route, sends numbers to a called
/// party behind it and calls for "cc" to where cc is registered. It answers STUN on the same port.
/// </summary>
public sealed class Kamailio : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private Kamailio(ChildProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public string Log => _process.Output;

    public static async Task<Kamailio> Start(ScratchDirectory scratch, int port, int calledPort)
    {
        var directory = scratch.Folder($"kamailio-{port}");
        var file = scratch.Write($"kamailio-{port}/kamailio.cfg", $$"""
            #!KAMAILIO
            debug=2
            log_stderror=yes
            children=2
            auto_aliases=no
            listen=udp:127.0.0.1:{{port}}
            loadmodule "tm.so"
            loadmodule "sl.so"
            loadmodule "rr.so"
            loadmodule "pv.so"
            loadmodule "siputils.so"
            loadmodule "textops.so"
            loadmodule "xlog.so"
            loadmodule "usrloc.so"
            loadmodule "registrar.so"
            loadmodule "auth.so"
            loadmodule "stun.so"
            modparam("usrloc", "db_mode", 0)
            request_route {
                xlog("L_WARN", "GOT $rm from $fU\n");
                if (is_method("OPTIONS") && !has_totag()) { sl_send_reply("200", "OK"); exit; }
                if (has_totag()) {
                    if (loose_route()) { t_relay(); exit; }
                    if (is_method("ACK") && t_check_trans()) { t_relay(); exit; }
                    if (!is_method("ACK")) { sl_send_reply("404", "Not Here"); }
                    exit;
                }
                if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
                if (is_method("REGISTER")) {
                    if (!pv_www_authenticate("carrier.test", "wonderland", "0")) { www_challenge("carrier.test", "0"); exit; }
                    save("location");
                    exit;
                }
                if (!is_method("INVITE")) { sl_send_reply("405", "Method Not Allowed"); exit; }
                record_route();
                if ($rU == "cc") {
                    if (!lookup("location")) { sl_send_reply("480", "Not Registered"); exit; }
                    t_relay();
                    exit;
                }
                if (!pv_proxy_authenticate("carrier.test", "wonderland", "0")) { proxy_challenge("carrier.test", "0"); exit; }
                consume_credentials();
                $du = "sip:127.0.0.1:{{calledPort}}";
                t_relay();
            }

            """);
        var process = ChildProcess.Start(DebianProgram.Find("kamailio", "kamailio"), ["-DD", "-E", "-f", file, "-w", directory, "-Y", directory, "-P", Path.Combine(directory, "pid"), "-m", "32", "-M", "4"], directory);
        await Eventually.IsTrue(() => process.HasExited || Listening.OnUdp(port), "kamailio listens");
        return process.HasExited ? throw new InvalidOperationException($"kamailio ended:\n{process.Output}") : new Kamailio(process, port);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
