namespace CallCluster.Contracts.Queues;

/// <summary>An agent's level in a skill, 1 to 5; 0 for none.</summary>
[GenerateSerializer, Immutable, Alias("SkillLevel")]
public readonly record struct SkillLevel([property: Id(0)] string Skill, [property: Id(1)] int Level);
