package io.gatun.backend.tck.golden;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of many cases.
 *
 * @param outcomes an outcome a case
 */
public record GoldenReport(List<GoldenOutcome> outcomes) {
    /** Takes a copy. */
    public GoldenReport {
        outcomes = List.copyOf(outcomes);
    }

    /** Runs all of {@code cases}. */
    public static GoldenReport of(GoldenRunner runner, List<GoldenCase> cases) {
        List<GoldenOutcome> outcomes = new ArrayList<>();
        for (GoldenCase golden : cases) {
            outcomes.add(runner.run(golden));
        }
        return new GoldenReport(outcomes);
    }

    /** How many agree. */
    public long passed() {
        return outcomes.stream().filter(GoldenOutcome.Passed.class::isInstance).count();
    }

    /** How many do not. */
    public long failed() {
        return outcomes.stream().filter(GoldenOutcome.Failed.class::isInstance).count();
    }

    /** How many have an operator without a method. */
    public long skipped() {
        return outcomes.stream().filter(GoldenOutcome.Skipped.class::isInstance).count();
    }

    /** A line a failure, a line a skipped operator, and the counts: {@code N passed, N failed, N skipped}. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        Map<String, Integer> skipped = new TreeMap<>();
        for (GoldenOutcome outcome : outcomes) {
            switch (outcome) {
                case GoldenOutcome.Passed _ -> {}
                case GoldenOutcome.Failed(var golden, var reason) -> lines.add("FAILED " + golden + ": " + reason);
                case GoldenOutcome.Skipped(var golden) -> skipped.merge(golden.op(), 1, Integer::sum);
            }
        }
        skipped.forEach((op, count) -> lines.add("SKIPPED " + op + ": no method yet, " + count + " case(s)"));
        lines.add(passed() + " passed, " + failed() + " failed, " + skipped() + " skipped");
        return lines;
    }
}
