package io.gatun.benchmarks.peers;

import java.util.List;
import java.util.stream.Stream;

/** All rows of the table. */
final class Workloads {
    private Workloads() {}

    static List<Workload> all() {
        return Stream.of(
                        SmallWorkloads.all(),
                        ElementwiseWorkloads.all(),
                        ReductionWorkloads.all(),
                        NormalizationWorkloads.all(),
                        LayoutWorkloads.all(),
                        MatrixWorkloads.all(),
                        ConvolutionWorkloads.all(),
                        IndexingWorkloads.all(),
                        RandomWorkloads.all(),
                        OptimizerWorkloads.all(),
                        TrainingWorkloads.all(),
                        GptWorkload.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Those that one of the words chooses, or all if there is none. */
    static List<Workload> chosen(List<String> words) {
        return all().stream()
                .filter(workload -> words.isEmpty() || words.stream().anyMatch(workload::isChosenBy))
                .toList();
    }
}
