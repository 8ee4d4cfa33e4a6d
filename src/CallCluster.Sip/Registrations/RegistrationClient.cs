using System.Globalization;
using System.Security.Cryptography;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Registrations;

/// <summary>One binding at one registrar, kept fresh until disposed (RFC 3261 §10.2): refreshed in time, tried again when it failed. Thread-safe.</summary>
public sealed class RegistrationClient : IDisposable
{
    /// <summary>Challenges that may have been answered in a request whose end we did not see.</summary>
    private const uint UnseenRequests = 4;
    private const int LongestExpiry = 86_400;
    private readonly SipEndpoint _endpoint;
    private readonly RegistrationOptions _options;
    private readonly Action<RegistrationState, string?> _changed;
    private readonly RetrySchedule _retries = new(Random.Shared);
    private readonly string _callId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private uint _expires;
    private uint _cseq;
    private bool _isLengthened;
    private bool _disposed;

    /// <param name="endpoint">Sends.</param>
    /// <param name="options">What and where.</param>
    /// <param name="time">The clock.</param>
    /// <param name="changed">Told of each final answer, with a reason for a failure. Under the endpoint's lock.</param>
    public RegistrationClient(SipEndpoint endpoint, RegistrationOptions options, TimeProvider time, Action<RegistrationState, string?> changed)
    {
        (_endpoint, _options, _changed) = (endpoint, options, changed);
        _expires = (uint)options.Expires.TotalSeconds;
        _timer = time.CreateTimer(_ => Send(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Schedule(TimeSpan.Zero);
    }

    /// <summary>Takes the binding back, without waiting for the answer, and stops.</summary>
    public void Unregister()
    {
        Dispose();
        Send(expires: 0, (_, _) => { });
    }

    public void Dispose()
    {
        lock (_lock) _disposed = true;
        _timer.Dispose();
    }

    private void Send() => Send(_expires, OnAnswer);

    private void Send(uint expires, Action<int, SipResponse?> answered)
    {
        var address = new NameAddress(_options.Address);
        var request = new SipRequest(SipMethods.Register, _options.Registrar)
        {
            From = address,
            To = address,
            CallId = _callId,
            CSeq = new CSeq(NextCSeq(), SipMethods.Register),
            Expires = expires,
        };
        try
        {
            _endpoint.SendRequest(request, answered, credentials: _options.Credentials(), contactUser: _options.ContactUser);
        }
        catch (ObjectDisposedException)
        {
            // The endpoint closed while the timer fired.
        }
    }

    private uint NextCSeq()
    {
        lock (_lock) return ++_cseq;
    }

    private void OnAnswer(int status, SipResponse? response)
    {
        lock (_lock)
        {
            // The stack raised the number for each challenge that it answered; one that stayed unanswered counts as well.
            _cseq = response is null ? _cseq + UnseenRequests : Math.Max(_cseq, response.CSeq.Number);
            if (_disposed) return;
        }

        if (status is >= 200 and < 300)
        {
            _retries.Succeeded();
            _isLengthened = false;
            Schedule(Granted(response!) * 0.8);
            _changed(RegistrationState.Registered, null);
        }
        else if (status == 423 && !_isLengthened && LeastExpiry(response) is { } least && least > _expires)
        {
            // Once: a registrar that goes on asking for more is one that refuses.
            _isLengthened = true;
            _expires = least;
            Schedule(TimeSpan.Zero);
        }
        else
        {
            Schedule(_retries.Failed(RetryAfterHeader.Of(response)));
            _changed(RegistrationState.Failed, response is null ? "the registrar did not answer" : $"{status} {response.ReasonPhrase}");
        }
    }

    /// <summary>RFC 3261 §10.2.4: the expires of our Contact in the response, else its Expires header, else what we asked for.</summary>
    private TimeSpan Granted(SipResponse response)
    {
        var ours = response.Contact.FirstOrDefault(contact => contact.Uri.User == _options.ContactUser)?.Expires ?? response.Expires ?? _expires;
        return TimeSpan.FromSeconds(Math.Clamp(ours, 10, LongestExpiry));
    }

    private static uint? LeastExpiry(SipResponse? response) =>
        uint.TryParse(response?[HeaderNames.MinExpires], NumberStyles.None, CultureInfo.InvariantCulture, out var least) && least <= LongestExpiry ? least : null;

    private void Schedule(TimeSpan due)
    {
        lock (_lock)
        {
            if (!_disposed) _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }
}
