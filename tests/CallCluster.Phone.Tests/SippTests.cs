using System.Diagnostics;
using System.Globalization;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.Media.Prompts;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Phone.Tests;

/// <summary>The phone against a SIP program that is not ours: sipp, from Debian's sip-tester.</summary>
public sealed class SippTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Sipp_calls_the_phone()
    {
        using var limit = Limit();
        await using var phone = await SipPhone.StartAsync(new SipPhoneOptions { Incoming = IncomingCalls.Answer }, limit.Token);
        using var sipp = new Sipp($"-sn uac {phone.EndPoint} -i 127.0.0.1 -mp {FreePorts.Block(2)} -m 5 -r 20 -d 100 -nostdin");
        for (var i = 0; i < 5; i++)
        {
            var call = await phone.WaitForCallAsync(limit.Token);
            Assert.Equal(SessionEndCause.RemoteBye, (await call.Ended.WaitAsync(limit.Token)).Cause);
        }

        Assert.Equal(0, await sipp.ExitCodeAsync(limit.Token));
    }

    [Fact]
    public async Task The_phone_calls_sipp_and_hears_its_echo()
    {
        using var limit = Limit();
        var port = FreePorts.One();
        using var sipp = new Sipp($"-sn uas -p {port} -i 127.0.0.1 -mp {FreePorts.Block(2)} -rtp_echo -m 1 -nostdin");
        await using var phone = await SipPhone.StartAsync(cancellationToken: limit.Token);
        var call = await phone.CallAsync(string.Create(CultureInfo.InvariantCulture, $"sip:echo@127.0.0.1:{port}"), cancellationToken: limit.Token);
        var speech = Tones.Babble(TimeSpan.FromSeconds(1), 1);
        _ = call.PlayAsync(speech, limit.Token);
        var heard = await call.HearAsync(speech, Patience, cancellationToken: limit.Token);
        Assert.True(heard.IsIntact, heard.ToString());
        await call.HangUpAsync(limit.Token);
        Assert.Equal(0, await sipp.ExitCodeAsync(limit.Token));
    }

    private static CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        return limit;
    }

    private sealed class Sipp(string arguments) : IDisposable
    {
        private readonly Process _process = Process.Start(
            new ProcessStartInfo("sipp", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() })!;

        public async Task<int> ExitCodeAsync(CancellationToken cancellationToken)
        {
            // A pipe that nobody reads would stop it.
            var output = _process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await _process.StandardError.ReadToEndAsync(cancellationToken);
            TestContext.Current.TestOutputHelper?.WriteLine(await output + errors);
            await _process.WaitForExitAsync(cancellationToken);
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill();
            _process.Dispose();
        }
    }
}
