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

    /// <param name="scratch">Where its files go.</param>
    /// <param name="port">Where it listens, on 127.0.0.1.</param>
    /// <param name="calledPort">SIP port of the called party behind it.</param>
    /// <param name="longestExpiry">Seconds for which it registers at most.</param>
    public static async Task<Kamailio> Start(ScratchDirectory scratch, int port, int calledPort, int longestExpiry = 3600)
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
            modparam("registrar", "max_expires", {{longestExpiry}})
            modparam("pv", "shvset", "password=s:wonderland")
            request_route {
                xlog("L_WARN", "GOT $rm from $fU at $sp\n");
                if (is_method("OPTIONS") && !has_totag()) {
                    if ($rU =~ "^password-") { $shv(password) = $(rU{s.substr,9,0}); } 
                    sl_send_reply("200", "OK");
                    exit;
                }
                if (has_totag()) {
                    if (loose_route()) { t_relay(); exit; }
                    if (is_method("ACK") && t_check_trans()) { t_relay(); exit; }
                    if (!is_method("ACK")) { sl_send_reply("404", "Not Here"); }
                    exit;
                }
                if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
                if (is_method("REGISTER")) {
                    if (!pv_www_authenticate("carrier.test", "$shv(password)", "0")) {
                        if ($hdr(Authorization) != $null) { xlog("L_WARN", "REFUSED $rm of $fU\n"); }
                        www_challenge("carrier.test", "0");
                        exit;
                    }
                    save("location");
                    xlog("L_WARN", "REGISTERED $fU at $sp\n");
                    exit;
                }
                if (!is_method("INVITE")) { sl_send_reply("405", "Method Not Allowed"); exit; }
                record_route();
                if ($rU == "cc") {
                    if (!lookup("location")) { sl_send_reply("480", "Not Registered"); exit; }
                    t_relay();
                    exit;
                }
                if (!pv_proxy_authenticate("carrier.test", "$shv(password)", "0")) { proxy_challenge("carrier.test", "0"); exit; }
                consume_credentials();
                $du = "sip:127.0.0.1:{{calledPort}}";
                t_relay();
            }

            """);
        var process = ChildProcess.Start(DebianProgram.Find("kamailio", "kamailio"), ["-DD", "-E", "-f", file, "-w", directory, "-Y", directory, "-P", Path.Combine(directory, "pid"), "-m", "32", "-M", "4"], directory);
        await Eventually.IsTrue(() => process.HasExited || Listening.OnUdp(port), "kamailio listens");
        return process.HasExited ? throw new InvalidOperationException($"kamailio ended:\n{process.Output}") : new Kamailio(process, port);
    }

    /// <summary>From now on it takes another password of cc.</summary>
    public async Task ChangePassword(string password)
    {
        using var sip = RawSip.Udp(Port);
        Assert.StartsWith("SIP/2.0 200 ", await sip.FinalResponse(sip.Request("OPTIONS", $"password-{password}")), StringComparison.Ordinal);
    }

    /// <summary>How many times it has logged this.</summary>
    public int Count(string what) => Log.Split('\n').Count(line => line.Contains(what, StringComparison.Ordinal));

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
