package io.gatun.benchmarks.peers;

/** What a race took: microseconds a call on either side. */
record Outcome(Spread ours, Spread theirs) {
    /** Their time by ours: above 1 we are ahead. */
    double ratio() {
        return theirs.median() / ours.median();
    }

    /** Of the same workload under two settings of theirs, the one that serves them better. */
    Outcome better(Outcome other) {
        return theirs.median() <= other.theirs.median() ? this : other;
    }
}
