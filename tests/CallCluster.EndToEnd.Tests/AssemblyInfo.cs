using Xunit.Sdk;
using Xunit.v3;

// Each test starts programs that want a core; two cores are all there is.
[assembly: Parallelization(Mode = ParallelMode.None)]
