namespace CallCluster.Fuzz;

/// <summary>Something that must survive any bytes.</summary>
internal interface IFuzzTarget
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>The folder in Corpus/ with good inputs.</summary>
    string Corpus => Name;

    /// <summary>Pieces of the grammar to insert, join and repeat.</summary>
    IReadOnlyList<byte[]> Dictionary { get; }

    /// <summary>How inputs that are made of pieces begin, so that they reach deeper code.</summary>
    IReadOnlyList<byte[]> Openings { get; }

    /// <summary>The longest input that the code under test looks at, in bytes.</summary>
    int MaxLength { get; }

    /// <summary>Throws when the code under test throws or breaks a promise.</summary>
    void Run(ReadOnlySpan<byte> input);
}
