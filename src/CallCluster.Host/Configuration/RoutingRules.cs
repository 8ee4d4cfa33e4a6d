using CallCluster.Contracts.Configuration;
using CallCluster.Grains.Announcements;
using CallCluster.Sip.Uris;

namespace CallCluster.Host.Configuration;

/// <summary>Names, ranges and cross references of what routes calls.</summary>
internal sealed class RoutingRules(RoutingOptions routing, PromptsOptions prompts, ConfigurationErrors errors)
{
    private const string MayHoldUri = "a SIP URI such as \"sip:alice@192.0.2.1\"";
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private readonly PromptRules _prompts = new(prompts, routing, errors);

    public void Check()
    {
        new TrunkRules(routing, errors).Check();
        CheckNumbers("CallCluster:Numbers");
        Each("Flows", routing.Flows, CheckFlow);
        Each("Hours", routing.Hours, (hours, path) => HoursRules.Check(hours, path, errors));
        Each("Queues", routing.Queues, CheckQueue);
        Each("Agents", routing.Agents, CheckAgent);
        CredentialRules.CheckUnique(routing, errors);
        Each("Voicemail:Boxes", routing.Voicemail.Boxes, CheckBox);
    }

    public static void CheckCodecs(IReadOnlyList<string> codecs, string path, ConfigurationErrors errors)
    {
        const string may = "PCMU, PCMA, G722";
        if (codecs.Count == 0) errors.Missing(path, $"at least one of {may}");
        for (var i = 0; i < codecs.Count; i++)
        {
            if (codecs[i] is "PCMU" or "PCMA" or "G722" && !codecs.Take(i).Contains(codecs[i], StringComparer.Ordinal)) continue;
            if (LaterKeys.Codecs.Contains(codecs[i], StringComparer.OrdinalIgnoreCase)) errors.NotYet($"{path}:{i}", codecs[i], may);
            else errors.Wrong($"{path}:{i}", codecs[i], $"{may}, each once");
        }
    }

    public static void CheckLanguages(IReadOnlyList<string> languages, string path, ConfigurationErrors errors)
    {
        for (var i = 0; i < languages.Count; i++)
        {
            if (!Names.IsName(languages[i]) || languages.Take(i).Contains(languages[i], StringComparer.OrdinalIgnoreCase))
                errors.Wrong($"{path}:{i}", languages[i], "a BCP 47 tag such as \"en\", each once");
        }
    }

    private void CheckNumbers(string path)
    {
        foreach (var (number, destination) in routing.Numbers)
        {
            if (!IsDialled(number)) errors.BadSource($"{path}:{number}", "is no number or name that can be dialled, may be digits, letters and + * # . _ -");
            CheckDestination(destination, $"{path}:{number}");
        }
    }

    private void CheckFlow(FlowOptions flow, string path)
    {
        _prompts.Check(flow.Greeting, flow.Languages, $"{path}:Greeting");
        _prompts.Check(flow.InvalidPrompt, flow.Languages, $"{path}:InvalidPrompt");
        CheckLanguages(flow.Languages, $"{path}:Languages", errors);
        if (flow.Retries is < 0 or > 10) errors.Wrong($"{path}:Retries", flow.Retries, "a number from 0 to 10");
        AtLeast($"{path}:Timeout", flow.Timeout, TimeSpan.FromMilliseconds(100));
        AtLeast($"{path}:InterDigitTimeout", flow.InterDigitTimeout, TimeSpan.FromMilliseconds(100));
        foreach (var (keys, destination) in flow.Menu)
        {
            if (keys.Length is 0 or > 32 || !keys.All(key => char.IsAsciiDigit(key) || key is '*' or '#' or (>= 'A' and <= 'D')))
                errors.BadSource($"{path}:Menu:{keys}", "is no sequence of keys, may be 1 to 32 of 0-9 * # A-D");
            CheckDestination(destination, $"{path}:Menu:{keys}");
        }
        if (flow.Default is { } otherwise) CheckDestination(otherwise, $"{path}:Default");
        else if (flow.Menu.Count == 0) errors.Missing($"{path}:Default", "a destination, since the flow has no menu");
    }

    private void CheckQueue(QueueOptions queue, string path)
    {
        _prompts.Check(queue.Music, [], $"{path}:Music");
        if (queue.Hours is { } calendar)
        {
            if (!routing.Hours.ContainsKey(calendar)) errors.Wrong($"{path}:Hours", calendar, Names.OneOf("a calendar of Hours", routing.Hours.Keys));
            if (!queue.Overflow.Any(rule => rule.When == OverflowCondition.Closed)) errors.Missing($"{path}:Overflow", "a rule with When Closed, which says where callers go outside of Hours");
        }
        if (queue.Priority is < -1000 or > 1000) errors.Wrong($"{path}:Priority", queue.Priority, "a number from -1000 to 1000");
        foreach (var (number, priority) in queue.Vip)
        {
            if (!IsE164(number)) errors.BadSource($"{path}:Vip:{number}", "is no beginning of an E.164 number, may be + and 1 to 15 digits");
            if (priority is < -1000 or > 1000) errors.Wrong($"{path}:Vip:{number}", priority, "a priority from -1000 to 1000");
        }

        AtLeast($"{path}:KeepPlaceFor", queue.KeepPlaceFor, TimeSpan.Zero);
        AtLeast($"{path}:StickyFor", queue.StickyFor, TimeSpan.Zero);
        AtLeast($"{path}:PriorityWeight", queue.PriorityWeight, TimeSpan.Zero);
        AtLeast($"{path}:RingTimeout", queue.RingTimeout, TimeSpan.FromSeconds(1));
        AtLeast($"{path}:WrapUp", queue.WrapUp, TimeSpan.Zero);
        AtLeast($"{path}:ServiceLevel", queue.ServiceLevel, TimeSpan.FromMilliseconds(1));
        AtLeast($"{path}:ShortAbandon", queue.ShortAbandon, TimeSpan.Zero);
        foreach (var (i, step) in queue.Steps.Index()) CheckStep(step, i == 0 ? null : queue.Steps[i - 1], $"{path}:Steps:{i}");
        CheckFurtherQueues(queue, path);
        if (queue.Announce is { } announce) CheckAnnounce(announce, $"{path}:Announce");
        if (queue.Callback is { } callback) CheckCallback(callback, $"{path}:Callback");
        foreach (var (i, rule) in queue.Overflow.Index()) CheckOverflow(rule, $"{path}:Overflow:{i}");
        if (queue.Overflow.LastOrDefault(rule => rule.When == OverflowCondition.Closed) is { To: { } to } && to.StartsWith("callback:", StringComparison.Ordinal))
            errors.Missing($"{path}:Overflow", "a further rule with When Closed, which says where those go who cannot be called back");
    }

    private void CheckAnnounce(AnnounceOptions announce, string path)
    {
        AtLeast($"{path}:Every", announce.Every, TimeSpan.FromSeconds(1));
        if (announce.First is { } first) AtLeast($"{path}:First", first, TimeSpan.Zero);
        if (announce is { Position: false, EstimatedWait: false, Prompts.Count: 0 }) errors.Missing(path, "Position, EstimatedWait or Prompts: as it stands it says nothing");
        _prompts.CheckTogether(SpokenWait.PromptsOf(announce), path);
        foreach (var (i, prompt) in announce.Prompts.Index()) _prompts.Check(prompt, [], $"{path}:Prompts:{i}");
    }

    private void CheckCallback(CallbackOptions callback, string path)
    {
        if (callback.Offer is { } after) AtLeast($"{path}:Offer", after, TimeSpan.Zero);
        if (callback.Key.Length is < 1 or > 8 || !callback.Key.All(key => char.IsAsciiDigit(key) || key is '*' or '#')) errors.Wrong($"{path}:Key", callback.Key, "1 to 8 keys of 0-9, * and #");
        _prompts.Check(callback.Prompt, [], $"{path}:Prompt");
        _prompts.Check(callback.Confirmation, [], $"{path}:Confirmation");
        _prompts.Check(callback.Refusal, [], $"{path}:Refusal");
        if (callback.Hours is { } calendar && !routing.Hours.ContainsKey(calendar)) errors.Wrong($"{path}:Hours", calendar, Names.OneOf("a calendar of Hours", routing.Hours.Keys));
        if (callback.Most is < 1 or > 1000) errors.Wrong($"{path}:Most", callback.Most, "a number from 1 to 1000");
        if (callback.Retries is < 0 or > 100) errors.Wrong($"{path}:Retries", callback.Retries, "a number from 0 to 100");
        AtLeast($"{path}:RetryEvery", callback.RetryEvery, TimeSpan.FromSeconds(1));
        AtLeast($"{path}:Within", callback.Within, TimeSpan.FromSeconds(1));
        AtLeast($"{path}:RingTimeout", callback.RingTimeout, TimeSpan.FromSeconds(1));
        if (routing.Outbound.Allow.Count == 0) errors.Missing("CallCluster:Outbound:Allow", $"at least one beginning of numbers, since {path} calls back");
    }

    // Each step asks no more than the one before: the index of agents is made for that, and a caller whose needs grow with time helps nobody.
    private void CheckStep(StepOptions step, StepOptions? before, string path)
    {
        CheckSkills(step.Needs, $"{path}:Needs");
        CheckSkills(step.Prefers, $"{path}:Prefers");
        if (before is null)
        {
            if (step.After != TimeSpan.Zero) errors.Wrong($"{path}:After", step.After, "nothing, since the first step holds from the start");
            return;
        }

        AtLeast($"{path}:After", step.After, before.After + TimeSpan.FromMilliseconds(1));
        foreach (var (skill, level) in step.Needs)
        {
            if (!before.Needs.TryGetValue(skill, out var most)) errors.Wrong($"{path}:Needs:{skill}", level, "nothing, since the step before does not need it");
            else if (level > most) errors.Wrong($"{path}:Needs:{skill}", level, $"a level of at most {most}, as in the step before");
        }
    }

    // No circle can come of it: a caller is taken by agents of the queues that are named here, and by nobody to whom those widen in turn.
    private void CheckFurtherQueues(QueueOptions queue, string path)
    {
        var named = new HashSet<string>(StringComparer.Ordinal) { path["CallCluster:Queues:".Length..] };
        foreach (var (i, step) in queue.Steps.Index())
        {
            foreach (var (j, further) in step.Queues.Index())
            {
                var at = $"{path}:Steps:{i}:Queues:{j}";
                if (i == 0) errors.Wrong(at, further, "nothing, since the first step is the queue's own: a second one widens it");
                else if (!routing.Queues.ContainsKey(further)) errors.Wrong(at, further, Names.OneOf("a queue", routing.Queues.Keys));
                else if (!named.Add(further)) errors.Wrong(at, further, "another queue, each once: those of a step are there in all that follow");
            }
        }
    }

    private void CheckOverflow(OverflowOptions rule, string path)
    {
        var (wantsTime, wantsNumber) = (rule.When is OverflowCondition.Waited or OverflowCondition.EstimatedWait, rule.When == OverflowCondition.Length);
        if (wantsTime && rule.OverTime is null) WrongOver($"a time such as \"00:02:00\", since When is {rule.When}");
        else if (wantsNumber && rule.OverLength is null) WrongOver("a whole number, since When is Length");
        else if (!wantsTime && !wantsNumber && (rule.OverTime is not null || rule.OverLength is not null)) WrongOver($"nothing, since When is {rule.When}");
        if (wantsNumber && rule.OverLength is < 0 or > 1_000_000) errors.Wrong($"{path}:Over", rule.OverLength!.Value, "a number from 0 to 1000000");
        if (wantsTime && rule.OverTime is { } time) AtLeast($"{path}:Over", time, TimeSpan.FromMilliseconds(1));
        if (rule.To is { } destination) CheckDestination(destination, $"{path}:To");

        void WrongOver(string may)
        {
            if (rule.OverTime is { } other) errors.Wrong($"{path}:Over", other, may);
            else if (rule.OverLength is { } number) errors.Wrong($"{path}:Over", number, may);
            else errors.Missing($"{path}:Over", may);
        }
    }

    private void CheckAgent(AgentOptions agent, string path)
    {
        if (agent.Contact is null && agent.Username is null) errors.Missing($"{path}:Contact", $"{MayHoldUri}, unless the agent has a Username to register with");
        if (agent.Contact is not null && agent.Username is not null) errors.Wrong($"{path}:Contact", agent.Contact, "nothing, since the agent registers with a Username");
        if (agent.Contact is { } contact && !IsSipUri(contact)) errors.Wrong($"{path}:Contact", contact, MayHoldUri);
        CredentialRules.CheckPair(agent.Username, agent.PasswordFile, path, errors);
        if (agent.Mailbox is { } box)
        {
            if (!routing.Voicemail.Boxes.ContainsKey(box)) errors.Wrong($"{path}:Mailbox", box, Names.OneOf("a voicemail box", routing.Voicemail.Boxes.Keys));
            else if (agent.Username is null) errors.Wrong($"{path}:Mailbox", box, "nothing, unless the agent has a Username, which the phone subscribes with");
        }
        CheckSkills(agent.Skills, $"{path}:Skills");
        foreach (var (i, queue) in agent.Queues.Index())
        {
            var at = $"{path}:Queues:{i}";
            if (queue.Name is not { } name) continue;
            if (!routing.Queues.ContainsKey(name)) errors.Wrong($"{at}:Name", name, Names.OneOf("a queue", routing.Queues.Keys));
            else if (agent.Queues.Take(i).Any(before => before.Name == name)) errors.Wrong($"{at}:Name", name, "each queue once");
            if (queue.Rank is < 1 or > 100) errors.Wrong($"{at}:Rank", queue.Rank, "a number from 1 to 100");
            if (queue.Weight is < 1 or > 1000) errors.Wrong($"{at}:Weight", queue.Weight, "a number from 1 to 1000");
            AtLeast($"{at}:Delay", queue.Delay, TimeSpan.Zero);
        }
        if (agent.Capacity is < 1 or > 100_000) errors.Wrong($"{path}:Capacity", agent.Capacity, "a number from 1 to 100000");
        if (agent.Presence is not ("Available" or "Away" or "Offline")) errors.Wrong($"{path}:Presence", agent.Presence, "Available, Away, Offline");
        AtLeast($"{path}:NotRespondingFor", agent.NotRespondingFor, TimeSpan.Zero);
    }

    private void CheckSkills(IReadOnlyDictionary<string, int> skills, string path)
    {
        foreach (var (skill, level) in skills)
        {
            CheckName(skill, $"{path}:{skill}");
            if (level is < 1 or > 5) errors.Wrong($"{path}:{skill}", level, "a level from 1 to 5");
        }
    }

    private void CheckDestination(string text, string path)
    {
        const string may = "queue:NAME, queue:NAME/AGENT, agent:ID, voicemail:BOX, flow:NAME, tel:NUMBER, sip:URI, hangup:STATUS";
        if (!Destination.TryParse(text, out var destination))
        {
            errors.Wrong(path, text, may);
            return;
        }
        switch (destination.Kind)
        {
            case DestinationKind.Queue: CheckQueueDestination(destination, path); break;
            case DestinationKind.Agent: Named(routing.Agents.Keys, "agent"); break;
            case DestinationKind.Voicemail: Named(routing.Voicemail.Boxes.Keys, "voicemail"); break;
            case DestinationKind.Flow: Named(routing.Flows.Keys, "flow"); break;
            case DestinationKind.Tel or DestinationKind.Sip: CheckOutside(destination, path); break;
            case DestinationKind.Callback: Named(routing.Queues.Where(queue => queue.Value.Callback is not null).Select(queue => queue.Key), "callback"); break;
            case DestinationKind.Hangup:
                if (!int.TryParse(destination.Target, System.Globalization.NumberStyles.None, null, out var status) || status is < 400 or > 699)
                    errors.Wrong(path, text, "hangup: with a SIP status from 400 to 699");
                break;
            default: errors.NotYet(path, text, may); break;
        }

        void Named(IEnumerable<string> names, string kind)
        {
            if (!names.Contains(destination.Target, StringComparer.Ordinal)) errors.Wrong(path, text, Names.OneOf($"{kind}: with a name that there is", names));
        }
    }

    private void CheckQueueDestination(Destination destination, string path)
    {
        if (!routing.Queues.TryGetValue(destination.Queue, out var queue)) errors.Wrong(path, destination.ToString(), Names.OneOf("queue: with a name that there is", routing.Queues.Keys));
        else if (destination.AgentOfQueue is { } id && !(routing.Agents.TryGetValue(id, out var agent) && agent.Serves(destination.Queue, queue)))
            errors.Wrong(path, destination.ToString(), Names.OneOf($"queue:{destination.Queue}/ with an agent who serves it", routing.Agents.Where(other => other.Value.Serves(destination.Queue, queue)).Select(other => other.Key)));
    }

    // What stands in the configuration is allowed, but some trunk has to carry it.
    private void CheckOutside(Destination destination, string path)
    {
        var isUri = destination.Kind == DestinationKind.Sip;
        if (!OutboundTarget.TryParse(destination, out _) || (isUri && !IsSipUri(destination.ToString())))
            errors.Wrong(path, destination.ToString(), isUri ? "sip: with user and domain, such as \"sip:desk@partner.example\"" : "tel: with digits after an optional plus, such as \"tel:+442079460123\"");
        else if (routing.Outbound.TrunksFor(destination).Count == 0)
            errors.Wrong(path, destination.ToString(), $"{(isUri ? "sip: in a domain" : "tel: with a prefix")} that Outbound:Routes has");
    }

    private void CheckBox(VoicemailBoxOptions box, string path)
    {
        _prompts.Check(box.Greeting, [], $"{path}:Greeting");
        _prompts.Check(box.Thanks, [], $"{path}:Thanks");
        AtLeast($"{path}:MaxLength", box.MaxLength, TimeSpan.FromSeconds(1));
        if (box.MaxSilence != TimeSpan.Zero) AtLeast($"{path}:MaxSilence", box.MaxSilence, TimeSpan.FromSeconds(1));
    }

    private void CheckName(string name, string path)
    {
        if (!Names.IsName(name)) errors.BadSource(path, $"is no name, may be {Names.MayHold}");
    }

    private void Each<T>(string section, IReadOnlyDictionary<string, T> entries, Action<T, string> check)
    {
        foreach (var (name, entry) in entries)
        {
            CheckName(name, $"CallCluster:{section}:{name}");
            check(entry, $"CallCluster:{section}:{name}");
        }
    }

    private void AtLeast(string path, TimeSpan value, TimeSpan least)
    {
        if (value < least || value > Longest) errors.Wrong(path, value, $"a time from {least:c} to {Longest:c}");
    }

    private static bool IsDialled(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '*' or '#' or '.' or '_' or '-');

    private static bool IsE164(string text) => text.Length is >= 2 and <= 16 && text[0] == '+' && text.Skip(1).All(char.IsAsciiDigit);

    private static bool IsSipUri(string text) => SipUri.TryParse(text, out var uri) && uri is { Scheme: "sip", Host.Length: > 0 };
}
