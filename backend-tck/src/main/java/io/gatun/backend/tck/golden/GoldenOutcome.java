package io.gatun.backend.tck.golden;

/** What became of a case. */
public sealed interface GoldenOutcome {
    /** The case. */
    GoldenCase golden();

    /** It agrees in every layout. */
    record Passed(GoldenCase golden) implements GoldenOutcome {}

    /** It does not; {@code reason} begins with the layout. */
    record Failed(GoldenCase golden, String reason) implements GoldenOutcome {}

    /** No method exists for its operator yet. */
    record Skipped(GoldenCase golden) implements GoldenOutcome {}
}
