using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;

namespace CallCluster.Grains.Queues;

/// <summary>
/// What a queue asks of an agent, less in each step. As no step asks more than the one before (the configuration's rules see to it), an agent who meets one
/// meets all that follow: the first one met says all.
/// </summary>
public sealed class NeedSteps(IReadOnlyList<StepOptions> steps)
{
    private readonly IReadOnlyList<StepOptions> _steps = steps.Count > 0 ? steps : [new StepOptions()];

    public int Count => _steps.Count;

    public TimeSpan After(int step) => _steps[step].After;

    /// <summary>The first step that an agent of these skills meets; <see cref="Count"/> for none.</summary>
    public int FirstMet(IReadOnlyDictionary<string, int> skills)
    {
        var step = 0;
        while (step < _steps.Count && Met(_steps[step].Needs, skills) < _steps[step].Needs.Count) step++;
        return step;
    }

    /// <summary>How many of the step's preferred skills there are.</summary>
    public int Preferred(int step, IReadOnlyDictionary<string, int> skills) => Met(_steps[step].Prefers, skills);

    /// <summary>The levels of the skills that the step names, summed.</summary>
    public int Levels(int step, IReadOnlyDictionary<string, int> skills)
    {
        var sum = 0;
        foreach (var (skill, _) in _steps[step].Needs) sum += skills.GetValueOrDefault(skill);
        foreach (var (skill, _) in _steps[step].Prefers) sum += _steps[step].Needs.ContainsKey(skill) ? 0 : skills.GetValueOrDefault(skill);
        return sum;
    }

    /// <summary>The levels in each of the skills that the step names.</summary>
    public SkillLevel[] Named(int step, IReadOnlyDictionary<string, int> skills) =>
        [.. _steps[step].Needs.Keys.Union(_steps[step].Prefers.Keys).Select(skill => new SkillLevel(skill, skills.GetValueOrDefault(skill)))];

    private static int Met(IReadOnlyDictionary<string, int> wanted, IReadOnlyDictionary<string, int> skills)
    {
        var met = 0;
        foreach (var (skill, level) in wanted) met += skills.GetValueOrDefault(skill) >= level ? 1 : 0;
        return met;
    }
}
