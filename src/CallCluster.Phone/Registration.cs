using System.Globalization;
using System.Security.Cryptography;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Phone;

/// <summary>One binding at one registrar, kept fresh (RFC 3261 §10.2). A refused or unanswered refresh is tried again until disposed.</summary>
internal sealed class Registration : IDisposable
{
    private const uint UnseenRequests = 4;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly SipPhone _phone;
    private readonly SipEndpoint _endpoint;
    private readonly SipUri _registrar;
    private readonly NameAddress _address;
    private readonly DigestClient? _credentials;
    private readonly string _callId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
    private readonly ITimer _refresh;
    private uint _expires;
    private uint _cseq;
    private bool _disposed;

    public Registration(SipPhone phone, SipEndpoint endpoint, SipUri registrar, SipUri address, DigestClient? credentials, TimeSpan expires)
    {
        _phone = phone;
        _endpoint = endpoint;
        _registrar = registrar;
        _address = new NameAddress(address);
        _credentials = credentials;
        _expires = (uint)expires.TotalSeconds;
        _refresh = phone.Time.CreateTimer(static s => ((Registration)s!).Refresh(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Task RegisterAsync(CancellationToken cancellationToken) => SendAsync(_expires, cancellationToken);

    public Task UnregisterAsync(CancellationToken cancellationToken)
    {
        _refresh.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return SendAsync(0, cancellationToken);
    }

    public void Dispose()
    {
        _disposed = true;
        _refresh.Dispose();
    }

    private Task SendAsync(uint expires, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(expires, failure =>
        {
            if (failure is null)
                done.TrySetResult();
            else
                done.TrySetException(failure);
        });
        return done.Task.WaitAsync(cancellationToken);
    }

    private void Refresh()
    {
        try
        {
            Send(_expires, failure =>
            {
                if (failure is not null)
                    Schedule(RetryAfter);
            });
        }
        catch (ObjectDisposedException)
        {
            // The phone was closed while the timer fired.
        }
    }

    private void Send(uint expires, Action<RegistrationFailedException?> done)
    {
        var request = new SipRequest(SipMethods.Register, _registrar)
        {
            From = _address,
            To = _address,
            CallId = _callId,
            CSeq = new CSeq(Interlocked.Increment(ref _cseq), SipMethods.Register),
            Expires = expires,
        };
        request.Headers.Add(HeaderNames.Contact, new NameAddress(_phone.Contact).ToString());
        _endpoint.SendRequest(request, (status, response) => Completed(expires, status, response, done), _phone.NextHop(_registrar), _credentials);
    }

    private void Completed(uint expires, int status, SipResponse? response, Action<RegistrationFailedException?> done)
    {
        // The stack raised the number for each challenge that it answered; one that stayed unanswered counts as well.
        _cseq = response is null ? _cseq + UnseenRequests : Math.Max(_cseq, response.CSeq.Number);
        if (status == 423 && expires != 0 && uint.TryParse(response?[HeaderNames.MinExpires], NumberStyles.None, CultureInfo.InvariantCulture, out var least) && least > expires)
        {
            _expires = least;
            Send(least, done);
        }
        else if (status is >= 200 and < 300)
        {
            if (expires > 0)
                Schedule(Granted(response, expires) * 0.8);
            _phone.Tell(new PhoneEvent(_phone.Time.GetUtcNow(), expires > 0 ? PhoneEventKind.Registered : PhoneEventKind.Unregistered, null, $"{_address.Uri}"));
            done(null);
        }
        else
        {
            var failure = new RegistrationFailedException(response is null ? null : status, response?.ReasonPhrase);
            _phone.Tell(new PhoneEvent(_phone.Time.GetUtcNow(), PhoneEventKind.RegistrationFailed, null, failure.Message));
            done(failure);
        }
    }

    /// <summary>RFC 3261 §10.2.4: the expires of our Contact in the response, else its Expires header, else what we asked for.</summary>
    private TimeSpan Granted(SipResponse? response, uint asked)
    {
        var ours = response?.Contact.FirstOrDefault(c => c.Uri.Equals(_phone.Contact))?.Expires ?? response?.Expires ?? asked;
        return TimeSpan.FromSeconds(Math.Clamp(ours, 1, 86_400));
    }

    private void Schedule(TimeSpan due)
    {
        if (!_disposed)
            _refresh.Change(due, Timeout.InfiniteTimeSpan);
    }
}
