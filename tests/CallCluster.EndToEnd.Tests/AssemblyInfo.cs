using Xunit.Sdk;
using Xunit.v3;

// Each test starts programs that want a core, and two cores are all there is: all classes are one collection. What hardly does anything but wait is another one (TestCollections.Waiting), beside it.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]
