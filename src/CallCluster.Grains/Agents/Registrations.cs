using CallCluster.Contracts.Agents;

namespace CallCluster.Grains.Agents;

/// <summary>The registrar's bindings of one agent's phones (RFC 3261 10.3), and the digest nonce counts used for them (RFC 7616 5.12). All or nothing per request.</summary>
public sealed class Registrations(RegistrationState state)
{
    public const int MaxContacts = 10;

    /// <summary>Nonces remembered, the longest unused forgotten first. Only requests with a right digest get here.</summary>
    public const int MaxNonces = 32;

    public int Count => state.Bindings.Count;

    /// <summary>The URI of the phone that registered or refreshed last; null without one.</summary>
    public string? Target
    {
        get
        {
            Binding? latest = null;
            foreach (var binding in state.Bindings)
            {
                if (latest is null || binding.RefreshedAt > latest.RefreshedAt) latest = binding;
            }

            return latest?.Target;
        }
    }

    public DateTimeOffset? NextExpiry
    {
        get
        {
            DateTimeOffset? next = null;
            foreach (var binding in state.Bindings)
            {
                if (next is null || binding.ExpiresAt < next) next = binding.ExpiresAt;
            }

            return next;
        }
    }

    public string[] Contacts => [.. state.Bindings.Select(binding => binding.Uri)];

    /// <summary>Takes a REGISTER; on any refusal no binding has changed.</summary>
    public RegistrationResult Apply(RegistrationRequest request, DateTimeOffset now)
    {
        Expire(now);
        if (request.Nonce is { } nonce && !UseNonce(nonce, request.NonceCount, now)) return Result(RegistrationStatus.Replayed, now);

        var bindings = new List<Binding>(state.Bindings);
        if (request.RemoveAll)
        {
            // RFC 3261 10.3 step 6.
            foreach (var binding in bindings)
            {
                if (Late(binding, request)) return Result(RegistrationStatus.OutOfOrder, now);
            }

            bindings.Clear();
        }

        // RFC 3261 10.3 step 7.
        foreach (var contact in request.Contacts)
        {
            var index = bindings.FindIndex(binding => binding.Uri == contact.Uri);
            if (index >= 0)
            {
                if (Late(bindings[index], request)) return Result(RegistrationStatus.OutOfOrder, now);
                bindings.RemoveAt(index);
            }

            // RFC 5626 6: a phone that lost its connection comes back from another address; what it was bound to before leads nowhere.
            if (contact.Instance is { } instance) bindings.RemoveAll(binding => binding.Instance == instance);
            if (contact.Expires > TimeSpan.Zero) bindings.Add(new Binding(contact.Uri, contact.Target, now + contact.Expires, request.SipCallId, request.CSeq, now, contact.Instance));
        }

        if (bindings.Count > MaxContacts) return Result(RegistrationStatus.TooManyContacts, now);
        state.Bindings = bindings;
        return Result(RegistrationStatus.Accepted, now);
    }

    /// <summary>Drops what has expired; true when a binding went.</summary>
    public bool Expire(DateTimeOffset now) => state.Bindings.RemoveAll(binding => binding.ExpiresAt <= now) > 0;

    private static bool Late(Binding binding, RegistrationRequest request) => binding.SipCallId == request.SipCallId && request.CSeq <= binding.CSeq;

    private RegistrationResult Result(RegistrationStatus status, DateTimeOffset now) =>
        new(status, [.. state.Bindings.Select(binding => new ContactBinding(binding.Uri, binding.Target, binding.ExpiresAt - now))]);

    /// <summary>Uses a nonce count; false when it was used before or is too old to tell.</summary>
    private bool UseNonce(string nonce, uint count, DateTimeOffset now)
    {
        var index = state.Nonces.FindIndex(window => window.Nonce == nonce);
        if (index < 0)
        {
            if (state.Nonces.Count >= MaxNonces) state.Nonces.RemoveAt(0);
            state.Nonces.Add(new NonceWindow(nonce, count, 1, now));
            return true;
        }

        var window = state.Nonces[index];
        ulong seen;
        if (count > window.Highest)
        {
            var shift = count - window.Highest;
            seen = (shift < 64 ? window.Seen << (int)shift : 0) | 1;
        }
        else
        {
            var behind = window.Highest - count;
            if (behind >= 64 || (window.Seen >> (int)behind & 1) != 0) return false;
            seen = window.Seen | 1UL << (int)behind;
        }

        // The list is in the order of last use.
        state.Nonces.RemoveAt(index);
        state.Nonces.Add(new NonceWindow(nonce, Math.Max(count, window.Highest), seen, now));
        return true;
    }
}
