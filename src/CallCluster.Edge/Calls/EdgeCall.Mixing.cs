using CallCluster.Contracts.Calls;
using CallCluster.Edge.Legs;
using CallCluster.Media.Mixing;

namespace CallCluster.Edge.Calls;

/// <content>Three and more who hear each other.</content>
internal sealed partial class EdgeCall
{
    private MediaMix? _mix;

    private void Mix(MixLegs command)
    {
        var hearings = new List<MixHearing>(command.Hearings.Length);
        foreach (var hearing in command.Hearings)
        {
            if (FindTalking(hearing.Leg) is { Media: { } listener })
                hearings.Add(new MixHearing(listener, [.. hearing.Hears.Select(FindTalking).OfType<Leg>().Select(heard => heard.Media!)]));
        }

        (_mix ??= Edge.Media.CreateMix()).Set(hearings);
        foreach (var leg in _legs)
        {
            leg.IsMixed = Array.Exists(command.Hearings, hearing => hearing.Leg == leg.Number);
            if (leg.IsMixed) leg.ResumeParty();
        }
    }

    private Leg? FindTalking(int number) => Find(number) is { State: not LegState.Ended, Media: not null } leg ? leg : null;
}
