package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowCopiesTest {
    private static MemorySegment offHeap(byte[] bytes) {
        return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    @Test
    void rowsOfAnyLengthAreCopiedAndNothingElse() {
        Random random = new Random(1);
        for (int n = 0; n <= 300; n++) {
            int rows = random.nextInt(4);
            int fromRow = n + random.nextInt(20);
            int toRow = n + random.nextInt(20);
            int at = random.nextInt(70);
            int toAt = random.nextInt(70);
            byte[] from = new byte[at + 4 * fromRow];
            byte[] to = new byte[toAt + 4 * toRow];
            random.nextBytes(from);
            random.nextBytes(to);
            byte[] expected = to.clone();
            for (int r = 0; r < rows; r++) {
                System.arraycopy(from, at + r * fromRow, expected, toAt + r * toRow, n);
            }
            MemorySegment target = offHeap(to);
            RowCopies.copy(offHeap(from), at, fromRow, target, toAt, toRow, rows, n);
            assertThat(target.toArray(ValueLayout.JAVA_BYTE))
                    .as("%d rows of %d bytes", rows, n)
                    .isEqualTo(expected);
        }
    }

    @Test
    void rowsOfAnyLengthArePickedAndNothingElseIsWritten() {
        Random random = new Random(2);
        for (int n = RowCopies.SHORTEST; n <= 300; n++) {
            int rows = random.nextInt(6);
            int fromRow = n + random.nextInt(20);
            int toRow = n + random.nextInt(20);
            int at = random.nextInt(70);
            int toAt = random.nextInt(70);
            byte[] from = new byte[at + 4 * fromRow];
            byte[] to = new byte[toAt + 6 * toRow];
            long[] indices = random.longs(1 + 3 * rows, 0, 4).toArray(); // every third, from the second on
            random.nextBytes(from);
            random.nextBytes(to);
            byte[] expected = to.clone();
            for (int r = 0; r < rows; r++) {
                int source = at + (int) indices[1 + 3 * r] * fromRow;
                System.arraycopy(from, source, expected, toAt + r * toRow, n);
            }
            MemorySegment target = offHeap(to);
            MemorySegment chosen = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, indices);
            RowCopies.kernel(n).pick(offHeap(from), at, fromRow, chosen, 8, 24, target, toAt, toRow, rows, n);
            assertThat(target.toArray(ValueLayout.JAVA_BYTE))
                    .as("%d rows of %d bytes", rows, n)
                    .isEqualTo(expected);
        }
    }
}
