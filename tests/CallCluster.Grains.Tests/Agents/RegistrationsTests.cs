using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Agents;

namespace CallCluster.Grains.Tests.Agents;

/// <summary>RFC 3261 section 10.3, RFC 7616 section 5.12.</summary>
public sealed class RegistrationsTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<AgentMessage>.Start;
    private readonly AgentMachine _bob = new("bob", null, Routing.With(null, ("bob", new AgentOptions { Username = "bob", Queues = [new AgentQueueOptions { Name = "support" }] })), Start);
    private readonly MachineUnderTest<AgentMessage> _test;

    public RegistrationsTests() => _test = new(_bob);

    [Fact]
    public void The_first_registration_logs_the_agent_in_and_the_last_expiry_logs_out()
    {
        Assert.Equal(Presence.Offline, View.Presence);
        Assert.Equal(RegistrationStatus.Accepted, Register(1, Contact("sip:a", 60)).Status);
        Assert.True(_test.One<AgentChanged>() is { LoggedIn: true, Free: 1, WantsBids: true });
        Register(2, Contact("sip:b", 120));
        _test.Wait(61);
        Assert.Equal((Presence.Available, "sip:b"), (View.Presence, Assert.Single(View.Contacts)));
        var changed = _test.Wait(60).Of<AgentChanged>();
        Assert.False(changed[^1].LoggedIn);
        Assert.Equal(Presence.Offline, View.Presence);
    }

    [Fact]
    public void Expiry_of_zero_removes_one_contact_and_star_removes_all()
    {
        Register(1, Contact("sip:a", 60), Contact("sip:b", 60));
        var result = Register(2, Contact("sip:a", 0));
        Assert.Equal("sip:b", Assert.Single(result.Bindings).Uri);
        Assert.Empty(Apply(Request(3) with { RemoveAll = true }).Bindings);
        Assert.Equal(Presence.Offline, View.Presence);
    }

    [Fact]
    public void RFC5626_6_a_phone_that_comes_back_takes_the_place_of_its_lost_flow()
    {
        Register(1, Contact("sip:a@10.0.0.1:1", 60) with { Instance = "<urn:uuid:1>;1" }, Contact("sip:b", 60));
        Apply(Request(1) with { SipCallId = "after a restart", Contacts = [Contact("sip:a@10.0.0.1:2", 60) with { Instance = "<urn:uuid:1>;1" }, Contact("sip:a@10.0.0.1:3", 60) with { Instance = "<urn:uuid:1>;2" }] });

        Assert.Equal(["sip:b", "sip:a@10.0.0.1:2", "sip:a@10.0.0.1:3"], View.Contacts);
    }

    [Fact]
    public void A_request_without_contacts_only_asks()
    {
        Register(1, Contact("sip:a", 60));
        _test.Wait(20);
        var binding = Assert.Single(Register(2).Bindings);
        Assert.Equal(TimeSpan.FromSeconds(40), binding.Expires);
    }

    [Fact]
    public void An_out_of_order_request_of_the_same_Call_ID_changes_nothing()
    {
        Register(5, Contact("sip:a", 60));
        Assert.Equal(RegistrationStatus.OutOfOrder, Register(5, Contact("sip:b", 60), Contact("sip:a", 0)).Status);
        Assert.Equal(RegistrationStatus.OutOfOrder, Apply(Request(4) with { RemoveAll = true }).Status);
        Assert.Equal(["sip:a"], View.Contacts);
        Assert.Equal(RegistrationStatus.Accepted, Apply(Request(1) with { SipCallId = "other", Contacts = [Contact("sip:a", 0)] }).Status);
        Assert.Empty(View.Contacts);
    }

    [Fact]
    public void More_contacts_than_allowed_are_refused_whole()
    {
        var many = Enumerable.Range(0, Registrations.MaxContacts + 1).Select(i => Contact("sip:" + i, 60)).ToArray();
        Assert.Equal(RegistrationStatus.TooManyContacts, Register(1, many).Status);
        Assert.Empty(View.Contacts);
        Assert.Equal(RegistrationStatus.Accepted, Register(2, many[1..]).Status);
    }

    [Fact]
    public void A_nonce_count_is_taken_once_in_whatever_order_they_come()
    {
        RegistrationStatus Use(uint count) => Apply(Request(count) with { Nonce = "n", NonceCount = count }).Status;
        Assert.Equal(RegistrationStatus.Accepted, Use(1));
        Assert.Equal(RegistrationStatus.Replayed, Use(1));
        Assert.Equal(RegistrationStatus.Accepted, Use(3));
        Assert.Equal(RegistrationStatus.Accepted, Use(2));
        Assert.Equal(RegistrationStatus.Replayed, Use(2));
        Assert.Equal(RegistrationStatus.Accepted, Use(200));
        Assert.Equal(RegistrationStatus.Replayed, Use(100));
        Assert.Equal(RegistrationStatus.Replayed, Use(3));
    }

    [Fact]
    public void Memory_of_nonces_is_bounded()
    {
        for (uint i = 1; i < 1000; i++) Apply(Request(i) with { Nonce = "n" + i, NonceCount = 1 });
        Assert.Equal(Registrations.MaxNonces, _bob.State.Registrations.Nonces.Count);
    }

    [Fact]
    public void The_phone_that_registered_last_is_called()
    {
        Register(1, Contact("sip:a", 60));
        _test.Wait(1);
        Register(2, new ContactBinding("sip:b", "sip:b@192.0.2.7:4711", TimeSpan.FromSeconds(60)));
        Assert.Equal("sip:b@192.0.2.7:4711", _test.Send(new Reserve("support", "c1", "o1")).One<Contracts.Calls.AgentReserved>().Target);
    }

    private AgentView View => _bob.View(_test.Now);

    private static ContactBinding Contact(string uri, int seconds) => new(uri, uri, TimeSpan.FromSeconds(seconds));

    private static RegistrationRequest Request(uint cseq) => new() { SipCallId = "reg", CSeq = cseq, Contacts = [], EdgeId = "edge" };

    private RegistrationResult Register(uint cseq, params ContactBinding[] contacts) => Apply(Request(cseq) with { Contacts = contacts });

    private RegistrationResult Apply(RegistrationRequest request)
    {
        RegistrationResult result = null!;
        _test.Do((now, effects) => result = _bob.Register(request, now, effects));
        return result;
    }
}
