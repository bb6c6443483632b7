package io.gatun.benchmarks.peers;

import java.util.List;
import org.bytedeco.pytorch.global.torch;

/** Runs rows in this JVM, and writes a line of what came out for each: what {@link Peers} reads. */
final class Runner {
    private Runner() {}

    /** Arguments: the number of threads, the number of windows, and the titles of rows. */
    public static void main(String[] args) throws InterruptedException {
        int threads = Integer.parseInt(args[0]);
        int windows = Integer.parseInt(args[1]);
        torch.set_num_threads(threads);
        MachineLimits limits = MachineLimits.measure(threads);
        System.out.println(new Report.Limits(limits).line());
        Race race = new Race(windows, threads);
        List<String> titles = List.of(args).subList(2, args.length);
        for (Workload workload : Workloads.all()) {
            if (titles.contains(workload.title())) {
                System.out.println(report(workload, race).line());
            }
        }
    }

    private static Report report(Workload workload, Race race) throws InterruptedException {
        try {
            return new Report.Ran(workload.title(), race.run(workload.contest().get()));
        } catch (RuntimeException failure) {
            return new Report.Failed(
                    workload.title(), failure.toString().lines().findFirst().orElseThrow());
        }
    }
}
