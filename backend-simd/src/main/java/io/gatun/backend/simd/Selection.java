package io.gatun.backend.simd;

import java.util.Arrays;

/**
 * A part of a sorted array without sorting the rest: quickselect (Hoare, "Algorithm 65: Find", 1961), with partitions that
 * do not branch on what they compare, and a sort where it makes no progress. Where only some of the smallest are wanted, a
 * pass before drops what is no smaller than as many that have been seen.
 */
final class Selection {
    private static final int SMALL = 48; // elements that are sorted at once
    private static final int ROOM = 32; // for candidates, beside twice as many as are wanted
    private static final int WORTH_A_PASS = 256;
    private static final int ROUNDS = 64;

    private Selection() {}

    /** Brings to {@code first .. end} what would be there if {@code from .. to} were sorted, and nothing larger before it. */
    static void sort(long[] keys, int from, int to, int first, int end) {
        int low = from;
        int high = to;
        int begin = first;
        if (to - from > WORTH_A_PASS && end - from < (to - from) / 8) {
            high = candidates(keys, from, to, end - from);
        }
        for (int round = 0; high - low > SMALL && end - begin < (high - low) / 4 && round < ROUNDS; round++) {
            long pivot = middle(keys[low], keys[low + (high - low) / 2], keys[high - 1]);
            int less = partition(keys, low, high, pivot);
            if (end <= less) {
                high = less;
            } else if (less == low) { // nothing is less; perhaps many are equal
                low = pivot == Long.MAX_VALUE ? high : partition(keys, low, high, pivot + 1);
                begin = Math.max(begin, low);
                if (end <= low) {
                    return;
                }
            } else if (begin >= less) {
                low = less;
            } else {
                sort(keys, low, less, begin, less);
                sort(keys, less, high, less, end);
                return;
            }
        }
        Arrays.sort(keys, low, high);
    }

    private static long middle(long a, long b, long c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }

    /** Moves keys less than {@code pivot} to the front, and returns where the others begin. */
    private static int partition(long[] keys, int from, int to, long pivot) {
        int others = from;
        for (int i = from; i < to; i++) {
            long key = keys[i];
            keys[i] = keys[others];
            keys[others] = key;
            long difference = key - pivot;
            others +=
                    (int) ((difference ^ (key ^ pivot) & (difference ^ key)) >>> 63); // its sign, had it not overflowed
        }
        return others;
    }

    /** Moves to the front keys among which the {@code wanted} smallest are, and returns where they end. */
    private static int candidates(long[] keys, int from, int to, int wanted) {
        int room = from + 2 * wanted + ROOM;
        int last = from + wanted - 1;
        sort(keys, from, room, last, last + 1);
        int at = last + 1;
        long bound = keys[last];
        for (int i = room; i < to; i++) {
            long key = keys[i];
            if (key < bound) {
                keys[at++] = key;
                if (at == room) {
                    sort(keys, from, room, last, last + 1);
                    at = last + 1;
                    bound = keys[last];
                }
            }
        }
        return at;
    }
}
