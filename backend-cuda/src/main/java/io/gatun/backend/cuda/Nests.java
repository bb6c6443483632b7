package io.gatun.backend.cuda;

import java.util.Arrays;

/**
 * A thread's {@linkplain Nest nests}, which it uses again and again: most operators take one or two, and give them back when all is
 * queued. Not for several threads.
 */
final class Nests {
    private Nest[] nests = {};
    private int open;

    /** One that nobody uses, without operands, until {@link Nest#close}. */
    Nest open() {
        if (open == nests.length) {
            nests = Arrays.copyOf(nests, open + 1);
            nests[open] = new Nest(this, open);
        }
        return nests[open++].clear();
    }

    /** Takes back the one that has this place, and all that were opened after it. */
    void close(int place) {
        open = place;
    }
}
