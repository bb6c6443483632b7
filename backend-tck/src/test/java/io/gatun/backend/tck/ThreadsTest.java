package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.nn.F;
import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.op.Op;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The SIMD backend's results have the same bits with 1, 2 and 7 threads: of every operator on the conformance kit's
 * operands, shared among threads from 32 elements on, and of those that treat large operands in other ways.
 */
final class ThreadsTest {
    private static final int GRAIN = 32;

    @Test
    void theNumberOfThreadsDoesNotShow(@TempDir Path directory) throws Exception {
        List<String> one = bits(directory, 1);
        assertThat(one).hasSizeGreaterThan(5_000);
        assertThat(bits(directory, 2)).isEqualTo(one);
        assertThat(bits(directory, 7)).isEqualTo(one);
    }

    private static List<String> bits(Path directory, int threads) throws IOException, InterruptedException {
        Path output = directory.resolve(threads + ".txt");
        List<String> options =
                List.of("-Dgatun.backend=simd", "-Dgatun.threads=" + threads, "-Dgatun.threads.grain=" + GRAIN);
        int exit = ChildProgram.run(directory.resolve("log.txt"), options, Bits.class, output.toString());
        assertThat(exit).as(Files.readString(directory.resolve("log.txt"))).isZero();
        return Files.readAllLines(output);
    }

    /** Writes a line for each result: what it is of, and a checksum of its bits. */
    static final class Bits {
        private static final Device SIMD = Device.of("simd");

        /** The others go the ways of these, and integers are for operators that take nothing else: no order of theirs shows. */
        private static final Set<DType> DTYPES = EnumSet.of(DType.F32, DType.F64, DType.BF16);

        private static final Set<DType> INTEGERS = EnumSet.of(DType.I64, DType.BOOL);

        private static final long MOST = 50_000;
        private static final long MIXER = 0x9E3779B97F4A7C15L;

        private final Map<String, Long> sums = new TreeMap<>();

        private Bits() {}

        public static void main(String[] arguments) throws IOException {
            Bits bits = new Bits();
            for (OperatorSpec spec : OperatorSpecs.all()) {
                Set<DType> some = spec.dtypes().stream().anyMatch(DTYPES::contains) ? DTYPES : INTEGERS;
                for (DType dtype : spec.dtypes().stream().filter(some::contains).toList()) {
                    try (TensorScope _ = TensorScope.open()) {
                        List<Trial> trials = spec.trials(dtype);
                        for (int i = 0; i < trials.size(); i++) {
                            bits.add(spec.name() + ' ' + i + ' ' + trials.get(i), trials.get(i), i);
                        }
                    }
                }
            }
            for (DType dtype : List.of(DType.F32, DType.F64, DType.BF16)) {
                try (TensorScope _ = TensorScope.open()) {
                    bits.addLarge(dtype);
                }
            }
            Files.write(
                    Path.of(arguments[0]),
                    bits.sums.entrySet().stream().map(Map.Entry::toString).toList());
        }

        private void add(String name, Trial trial, int number) {
            if (trial.op() instanceof Op.LinearAlgebra || trial.op() instanceof Op.Pinv) {
                return; // a library computes it, on the host
            }
            if (trial.inputs().stream().anyMatch(input -> input.numel() > MOST)) {
                return; // so large that the backend would share it anyway, and there are others of its kind
            }
            add(name, trial, InputLayout.CONTIGUOUS);
            if (!ConformanceRun.isLarge(trial)) {
                add(name, trial, ConformanceRun.turns(number).getFirst());
            }
        }

        private void add(String name, Trial trial, InputLayout layout) {
            Tensor[] inputs = trial.inputs().stream()
                    .map(input -> layout.place(input).on(SIMD).view())
                    .toArray(Tensor[]::new);
            if (inputs.length > 0
                    && (layout != InputLayout.BROADCAST || trial.inputs().size() > 1)) {
                add(name + ' ' + layout, Expectation.execute(trial.op(), inputs));
            }
        }

        private void add(String name, Tensor... results) {
            long sum = 1;
            for (Tensor result : results) {
                Tensor plain = result.isComplex() ? result.viewAsReal() : result;
                if (plain.dtype().isFloatingPoint()) {
                    for (double value : plain.toDoubleArray()) {
                        sum = 31 * sum + Double.doubleToLongBits(value) * MIXER; // one NaN is like another
                    }
                } else {
                    for (long value : plain.toLong().toLongArray()) {
                        sum = 31 * sum + value * MIXER;
                    }
                }
            }
            sums.merge(name, sum, (a, b) -> 31 * a + b);
        }

        /** What does not fit into the caches, or has more rows or fewer than there are threads. */
        private void addLarge(DType dtype) {
            Random.manualSeed(7);
            Consumer<Shape> rows = shape -> {
                Tensor x = draw(dtype, shape);
                for (int dim : new int[] {0, 1}) {
                    String name = "large " + dtype + shape + " along " + dim + ' ';
                    add(name + "sum", x.sum(dim), x.mean(dim), x.amax(dim), x.amin(dim), x.argmax(dim));
                    add(
                            name + "prod, cumsum",
                            x.mul(0.01).add(1).prod(dim),
                            x.cumsum(dim),
                            x.cummax(dim).values());
                    add(name + "softmax", x.softmax(dim), x.logSoftmax(dim), x.logsumexp(dim), x.var(dim));
                    add(
                            name + "sort",
                            x.sort(dim, true).indices(),
                            x.topk(2, dim).values());
                }
                add("large " + dtype + shape + " all", x.sum(), x.mean(), x.max(), x.argmax(), x.norm());
            };
            List.of(Shape.of(2, 140_003), Shape.of(140_003, 2), Shape.of(700, 301))
                    .forEach(rows);
            addProducts(dtype);
            if (dtype != DType.BF16) {
                addConvolutions(dtype);
                addAttention(dtype);
                addLstm(dtype);
            }
            Tensor points = draw(dtype, Shape.of(300, 20));
            add("large cdist " + dtype, points.cdist(draw(dtype, Shape.of(250, 20))));
        }

        private void addProducts(DType dtype) {
            long[][] sizes = { // m, k, n
                {300, 700, 350}, {1, 3000, 900}, {900, 3000, 1}, {2000, 16, 2000}, {17, 5000, 40}, {8, 40, 9000}
            };
            for (long[] size : sizes) {
                Tensor a = draw(dtype, Shape.of(size[0], size[1]));
                Tensor b = draw(dtype, Shape.of(size[1], size[2]));
                String name = "large " + dtype + a.shape() + b.shape();
                add(name, a.matmul(b));
                add(
                        name + " transposed",
                        a.t().contiguous().t().matmul(b.t().contiguous().t()));
            }
            Tensor a = draw(dtype, Shape.of(12, 60, 70));
            add("large batch " + dtype, a.matmul(draw(dtype, Shape.of(12, 70, 50))), a.matmul(a.transpose(1, 2)));
        }

        private void addConvolutions(DType dtype) {
            int[][] cases = { // channels, out, kernel, stride, padding, groups, side
                {16, 24, 3, 1, 1, 1, 28},
                {16, 24, 3, 2, 1, 1, 28},
                {32, 40, 1, 1, 0, 1, 14},
                {24, 24, 3, 1, 1, 24, 28},
                {24, 48, 3, 2, 1, 24, 27},
                {24, 36, 3, 1, 0, 4, 16},
                {3, 16, 5, 1, 2, 1, 32}
            };
            for (int[] c : cases) {
                Tensor x = draw(dtype, Shape.of(33, c[0], c[6], c[6])).requiresGrad_(true);
                Tensor weight =
                        draw(dtype, Shape.of(c[1], c[0] / c[5], c[2], c[2])).requiresGrad_(true);
                Tensor bias = draw(dtype, Shape.of(c[1])).requiresGrad_(true);
                Tensor y = F.conv2d(x, weight, bias, new int[] {c[3]}, new int[] {c[4]}, new int[] {1}, c[5]);
                addGradients("large conv2d " + dtype + List.of(c[0], c[1], c[2], c[3], c[5]), y, x, weight, bias);
            }
            Tensor x = draw(dtype, Shape.of(8, 20, 30, 30)).requiresGrad_(true);
            addGradients("large maxPool " + dtype, F.maxPool2d(x, 3, 2, 0), x);
            addGradients("large avgPool " + dtype, F.avgPool2d(x, 2), x);
            Tensor rows = draw(dtype, Shape.of(500, 257)).requiresGrad_(true);
            Tensor weight = draw(dtype, Shape.of(257)).requiresGrad_(true);
            Tensor bias = draw(dtype, Shape.of(257)).requiresGrad_(true);
            addGradients(
                    "large layerNorm " + dtype,
                    F.layerNorm(rows, Shape.of(257), weight, bias, 1e-5),
                    rows,
                    weight,
                    bias);
            Tensor classes = Tensor.randint(257, Shape.of(500));
            addGradients("large crossEntropy " + dtype, F.crossEntropy(rows, classes), rows);
            addGradients("large softmax " + dtype, rows.softmax(1).square(), rows);
            addGradients("large gelu " + dtype, F.gelu(rows), rows);
        }

        /** More heads than threads, and fewer. */
        private void addAttention(DType dtype) {
            for (Shape heads : List.of(Shape.of(9, 150, 20), Shape.of(1, 400, 20), Shape.of(8, 2, 20))) {
                Tensor q = draw(dtype, heads).requiresGrad_(true);
                Tensor k = draw(dtype, heads.with(1, 333)).requiresGrad_(true);
                Tensor v = draw(dtype, heads.with(1, 333)).requiresGrad_(true);
                for (boolean causal : new boolean[] {false, true}) {
                    Tensor y = F.scaledDotProductAttention(q, k, v, causal);
                    addGradients("large attention " + dtype + heads + causal, y, q, k, v);
                }
            }
        }

        /** Both ways through steps of more samples than a thread takes at once, and of odd sizes. */
        private void addLstm(DType dtype) {
            Tensor[] in = {
                draw(dtype, Shape.of(7, 101, 30)),
                draw(dtype, Shape.of(101, 77)),
                draw(dtype, Shape.of(101, 77)),
                draw(dtype, Shape.of(308, 30)),
                draw(dtype, Shape.of(308, 77)),
                draw(dtype, Shape.of(308))
            };
            for (boolean reverse : new boolean[] {false, true}) {
                Tensor[] out = Operators.runAll(new Op.LstmSteps(reverse), in);
                Tensor[] back = Operators.runAll(
                        new Op.LstmStepsGradient(reverse), out[0].cos(), in[2], in[2], in[4], out[1], out[2]);
                for (int i = 0; i < out.length; i++) {
                    add("large lstm " + dtype + reverse + i, out[i]);
                    add("large lstm gradient " + dtype + reverse + i, back[i]);
                }
            }
        }

        private void addGradients(String name, Tensor y, Tensor... leaves) {
            for (Tensor leaf : leaves) {
                leaf.clearGrad();
            }
            y.mul(y.detach().cos()).sum(Axes.all(y.dim())).backward();
            add(name, y);
            for (int i = 0; i < leaves.length; i++) {
                add(name + " gradient " + i, Objects.requireNonNull(leaves[i].grad()));
            }
        }

        private static Tensor draw(DType dtype, Shape shape) {
            return Tensor.randn(shape, dtype);
        }
    }
}
