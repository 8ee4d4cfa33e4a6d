using CallCluster.Contracts.Configuration;

namespace CallCluster.Host.Configuration;

/// <summary>Digest user names of agents and trunks and the files of their passwords.</summary>
internal static class CredentialRules
{
    /// <summary>A user name and its password file come together.</summary>
    public static void CheckPair(string? username, string? passwordFile, string path, ConfigurationErrors errors)
    {
        if (username is not null && passwordFile is null) errors.Missing($"{path}:PasswordFile", "the path of a file with the password of Username");
        if (username is null && passwordFile is not null) errors.Missing($"{path}:Username", "the name that the password of PasswordFile belongs to");
        if (username is not null && username.Any(c => c is '"' or '\\')) errors.Wrong($"{path}:Username", username, "a digest user name without quotes and backslashes");
    }

    /// <summary>Digest tells agents and trunks apart by user name alone.</summary>
    public static void CheckUnique(RoutingOptions routing, ConfigurationErrors errors)
    {
        var users = routing.Agents.Select(agent => (Path: $"CallCluster:Agents:{agent.Key}:Username", agent.Value.Username))
            .Concat(routing.Trunks.Select(trunk => (Path: $"CallCluster:Trunks:{trunk.Key}:Username", trunk.Value.Username)));
        foreach (var same in users.Where(user => user.Username is not null).GroupBy(user => user.Username, StringComparer.Ordinal))
        {
            foreach (var user in same.Skip(1)) errors.Wrong(user.Path, user.Username!, $"a name that is not that of {same.First().Path}");
        }
    }
}
