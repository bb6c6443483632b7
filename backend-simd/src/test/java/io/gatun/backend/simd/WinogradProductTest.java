package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The transformed convolution against the sum it is, on small whole numbers, for which both are exact; of shapes for which
 * another way is faster, too. The build runs it once for each vector width.
 */
class WinogradProductTest {
    private static final HostPool POOL = new HostPool(Device.of("cpu", 0, "simd"), 1L << 30);
    private static final int GEOMETRIES = 150;
    private static final float UNTOUCHED = 12345;

    private final Random random = new Random(5);

    private int upTo(int most) {
        return 1 + random.nextInt(most);
    }

    /** Images with gaps of {@code gap} elements behind rows and channels, in memory without a byte more. */
    private static Images images(int samples, int channels, int height, int width, int gap) {
        long row = (width + gap) * 4L;
        long channel = height * row + gap * 4L;
        long bytes = (samples * channels - 1) * channel + (height - 1) * row + width * 4L;
        MemorySegment memory = Arena.ofAuto().allocate(bytes, 4);
        return new Images(memory, 0, channels * channel, channel, row, 4, samples, channels, height, width);
    }

    private Images filled(Images x) {
        for (long at = 0; at < x.segment().byteSize(); at += 4) {
            x.segment().set(Lanes.FLOAT, at, random.nextInt(9) - 4);
        }
        return x;
    }

    private static float element(Images x, int sample, int channel, int row, int column) {
        boolean inside = row >= 0 && row < x.height() && column >= 0 && column < x.width();
        return inside ? x.segment().get(Lanes.FLOAT, x.at(sample, channel, row, column)) : 0;
    }

    /** One convolution, or its adjoint in the input. */
    private final class Case {
        final boolean adjoint = random.nextBoolean();
        final int groups = upTo(2);
        final int in = groups * upTo(random.nextBoolean() ? 5 : 40);
        final int out = groups * upTo(random.nextBoolean() ? 5 : 40);
        final Images source =
                filled(images(upTo(3), in, upTo(20), upTo(random.nextBoolean() ? 20 : 80), random.nextInt(3)));
        final Sweep rows = sweep(source.height());
        final Sweep columns = sweep(source.width());
        final Images weights =
                filled(adjoint ? images(in, out / groups, 3, 3, random.nextInt(2)) : images(out, in / groups, 3, 3, 0));
        final Images target = images(source.samples(), out, rows.count(), columns.count(), random.nextInt(3));

        Sweep sweep(int size) {
            int padding = Math.max(random.nextInt(adjoint ? 3 : 4), (4 - size) / 2);
            return adjoint
                    ? Sweep.adjoint(3, 1, padding, 1, size + 2 - 2 * padding + (padding == 2 ? 2 : 0))
                            .get(0)
                    : Sweep.forward(3, 1, padding, 1, size + 2 * padding - 2);
        }

        boolean run() {
            MemorySegment t = target.segment();
            for (long at = 0; at < t.byteSize(); at += 4) {
                t.set(Lanes.FLOAT, at, UNTOUCHED);
            }
            return new WinogradProduct(POOL, groups, source, weights, target, adjoint, rows, columns).run();
        }

        float sum(int sample, int channel, int row, int column) {
            int group = channel / (out / groups);
            float sum = 0;
            for (int c = 0; c < in / groups; c++) {
                int sourceChannel = group * (in / groups) + c;
                for (int i = 0; i < 3; i++) {
                    for (int j = 0; j < 3; j++) {
                        float w = adjoint
                                ? element(
                                        weights,
                                        sourceChannel,
                                        channel % (out / groups),
                                        rows.taps()[i],
                                        columns.taps()[j])
                                : element(weights, channel, c, rows.taps()[i], columns.taps()[j]);
                        sum += w * element(source, sample, sourceChannel, row + rows.at()[i], column + columns.at()[j]);
                    }
                }
            }
            return sum;
        }

        @Override
        public String toString() {
            return "%s, %d groups, %d to %d channels, %d samples of %d x %d to %d x %d"
                    .formatted(
                            adjoint ? "adjoint" : "forward",
                            groups,
                            in,
                            out,
                            source.samples(),
                            source.height(),
                            source.width(),
                            target.height(),
                            target.width());
        }
    }

    @Test
    void givesTheSumsAndWritesNothingElse() {
        for (int n = 0; n < GEOMETRIES; n++) {
            Case one = new Case();
            assertThat(one.run()).as("%s", one).isTrue();
            int written = 0;
            for (int s = 0; s < one.target.samples(); s++) {
                for (int c = 0; c < one.out; c++) {
                    for (int i = 0; i < one.target.height(); i++) {
                        for (int j = 0; j < one.target.width(); j++) {
                            float result = element(one.target, s, c, i, j);
                            if (result != one.sum(s, c, i, j)) {
                                assertThat(result)
                                        .as("%s, at %d, %d, %d, %d", one, s, c, i, j)
                                        .isEqualTo(one.sum(s, c, i, j));
                            }
                            one.target.segment().set(Lanes.FLOAT, one.target.at(s, c, i, j), UNTOUCHED);
                            written++;
                        }
                    }
                }
            }
            assertThat(written).isPositive();
            for (long at = 0; at < one.target.segment().byteSize(); at += 4) {
                assertThat(one.target.segment().get(Lanes.FLOAT, at)).isEqualTo(UNTOUCHED);
            }
        }
    }

    @Test
    void tellsOfResultsThatAreNotFinite() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE}) {
            for (int n = 0; n < 20; n++) {
                Case one = new Case();
                Images x = one.source;
                int row = random.nextInt(x.height());
                int column = random.nextInt(x.width());
                long at = x.at(x.samples() - 1, 0, row, column);
                x.segment().set(Lanes.FLOAT, at, bad);
                MemorySegment w = one.weights.segment();
                for (long i = 0; i < w.byteSize(); i += 4) {
                    w.set(Lanes.FLOAT, i, 4);
                }
                boolean seen = false;
                for (int i = 0; i < 3; i++) {
                    for (int j = 0; j < 3; j++) {
                        int r = row - one.rows.at()[i];
                        int c = column - one.columns.at()[j];
                        seen |= r >= 0 && r < one.target.height() && c >= 0 && c < one.target.width();
                    }
                }
                if (seen) {
                    assertThat(one.run())
                            .as("%s with %s at %d, %d", one, bad, row, column)
                            .isFalse();
                }
            }
        }
    }
}
