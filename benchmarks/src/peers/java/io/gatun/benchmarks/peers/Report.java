package io.gatun.benchmarks.peers;

import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** A line from a {@link Runner} to {@link Peers}: fields separated by tabs, the first of which says what it is. */
sealed interface Report {
    String TAB = "\t";

    /** The line, without its end. */
    String line();

    /** What a line says; nothing if something else in the runner's JVM wrote it. */
    static Optional<Report> parse(String line) {
        String[] fields = line.split(TAB, -1);
        return switch (fields[0]) {
            case "limits" -> {
                double[] numbers = numbers(fields, 1);
                yield Optional.of(new Limits(new MachineLimits(numbers[0], numbers[1])));
            }
            case "ran" -> {
                double[] numbers = numbers(fields, 2);
                Spread ours = new Spread(numbers[0], numbers[1], numbers[2]);
                Spread theirs = new Spread(numbers[3], numbers[4], numbers[5]);
                yield Optional.of(new Ran(fields[1], new Outcome(ours, theirs)));
            }
            case "failed" -> Optional.of(new Failed(fields[1], fields[2]));
            default -> Optional.empty();
        };
    }

    private static double[] numbers(String[] fields, int from) {
        return Stream.of(fields).skip(from).mapToDouble(Double::parseDouble).toArray();
    }

    /** How fast the machine is. */
    record Limits(MachineLimits limits) implements Report {
        @Override
        public String line() {
            return String.join(TAB, "limits", Double.toString(limits.gigaflops()), Double.toString(limits.gigabytes()));
        }
    }

    /** The row of this title, measured. */
    record Ran(String title, Outcome outcome) implements Report {
        @Override
        public String line() {
            Spread ours = outcome.ours();
            Spread theirs = outcome.theirs();
            String[] numbers = DoubleStream.of(
                            ours.low(), ours.median(), ours.high(), theirs.low(), theirs.median(), theirs.high())
                    .mapToObj(Double::toString)
                    .toArray(String[]::new);
            return String.join(TAB, "ran", title, String.join(TAB, numbers));
        }
    }

    /** The row of this title, which could not be measured. */
    record Failed(String title, String reason) implements Report {
        @Override
        public String line() {
            return String.join(TAB, "failed", title, reason.replace(TAB, " "));
        }
    }
}
