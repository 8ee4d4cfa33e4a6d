using CallCluster.Contracts.Configuration;
using CallCluster.Media.Prompts;

namespace CallCluster.Host.Configuration;

/// <summary>Prompts that the configuration names, or that something in it needs, can be played.</summary>
internal sealed class PromptRules(PromptsOptions prompts, RoutingOptions routing, ConfigurationErrors errors)
{
    private const int MostFilesShown = 3;
    private readonly PromptLibrary _library = new(prompts.Folder);

    /// <summary>A flow's prompts are there in each of its languages; others in any language that is looked in.</summary>
    public void Check(string? prompt, IReadOnlyList<string> languages, string path)
    {
        if (prompt is null) return;
        if (!Names.IsName(prompt))
        {
            errors.Wrong(path, prompt, $"a prompt, being {Names.MayHold}");
        }
        else if (languages.Count > 0)
        {
            foreach (var language in languages.Where(language => Names.IsName(language) && !_library.TryGet(prompt, language, out _)))
                errors.Wrong(path, prompt, $"a prompt that there is: {File(prompt, language)} cannot be played");
        }
        else if (!prompts.Languages.Any(language => Names.IsName(language) && _library.TryGet(prompt, language, out _)))
        {
            errors.Wrong(path, prompt, $"a prompt that there is: {File(prompt, prompts.Languages.FirstOrDefault("en"))} cannot be played");
        }
    }

    /// <summary>Prompts that make one sentence: a language has all of them or none, so that no sentence is of two languages, and one that is looked in for all has them.</summary>
    public void CheckTogether(IReadOnlyList<string> names, string path)
    {
        if (names.Count == 0) return;
        var isSaid = false;
        foreach (var language in prompts.Languages.Concat(routing.Flows.Values.SelectMany(flow => flow.Languages)).Where(Names.IsName).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var lacking = names.Where(name => !_library.TryGet(name, language, out _)).ToList();
            if (lacking.Count > 0 && lacking.Count < names.Count) Lacks(lacking, language);
            isSaid |= lacking.Count < names.Count && prompts.Languages.Contains(language, StringComparer.OrdinalIgnoreCase);
        }

        if (!isSaid) Lacks(names, prompts.Languages.FirstOrDefault("en"));

        void Lacks(IReadOnlyCollection<string> lacking, string language)
        {
            var more = lacking.Count > MostFilesShown ? $" and {lacking.Count - MostFilesShown} more" : "";
            errors.Missing(path, $"prompts that can be played: {string.Join(", ", lacking.Take(MostFilesShown).Select(name => File(name, language)))}{more}");
        }
    }

    private string File(string prompt, string language) => $"{Path.Combine(prompts.Folder, language, prompt)}.wav";
}
