package io.gatun.benchmarks.peers;

import java.util.Locale;
import java.util.function.Supplier;

/**
 * A row of the table.
 *
 * @param family what the row belongs to; rows are chosen by it or by how their names begin
 * @param name what is done
 * @param peer who else does it
 * @param target the ratio, their time by ours, to reach
 * @param contest makes the operands and both sides; called when the row's turn has come, so that not all are there at once
 */
record Workload(String family, String name, Peer peer, double target, Supplier<Contest> contest) {
    /** Who is measured beside us. */
    enum Peer {
        LIBTORCH("libtorch"),
        MKL("MKL");

        private final String spelling;

        Peer(String spelling) {
            this.spelling = spelling;
        }

        @Override
        public String toString() {
            return spelling;
        }
    }

    /** A row beside libtorch. */
    static Workload of(String family, String name, double target, Supplier<Contest> contest) {
        return new Workload(family, name, Peer.LIBTORCH, target, contest);
    }

    /** The name as the table has it, which no other row bears. */
    String title() {
        return peer == Peer.LIBTORCH ? name : name + ", beside " + peer;
    }

    /** Whether it is among what a user asked for. */
    boolean isChosenBy(String word) {
        String asked = word.toLowerCase(Locale.ROOT);
        return family.equals(asked) || name.toLowerCase(Locale.ROOT).startsWith(asked);
    }
}
