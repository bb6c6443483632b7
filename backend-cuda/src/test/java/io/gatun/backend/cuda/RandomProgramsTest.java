package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.cuda.CudaGraph;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Programs of random operators, one after another on what those before made: on the device they give what the reference backend
 * gives. {@code -Dgatun.cuda.programs=1000} runs so many.
 */
class RandomProgramsTest {
    private static final int PROGRAMS = Integer.getInteger("gatun.cuda.programs", 100);
    private static final int STEPS = 25;
    private static final double CLOSE = 1e-9; // of F64, where a program's errors may grow by some thousands of units

    private static final List<UnaryOperator<Tensor>> OF_ONE = List.of(
            Tensor::tanh,
            Tensor::sin,
            Tensor::sigmoid,
            Tensor::neg,
            Tensor::erf,
            x -> x.abs().add(0.1).sqrt(),
            x -> x.t(),
            x -> x.flip(0),
            x -> x.flip(1),
            x -> x.roll(1, 1),
            x -> x.slice(0, 0, x.size(0), 2),
            x -> x.slice(1, x.size(1) > 1 ? 1 : 0, x.size(1), 1),
            x -> x.sum(1, true),
            x -> x.mean(0, true),
            x -> x.amax(1, true).expand(x.size(0), 3),
            x -> x.prod(0, true).tanh(),
            x -> x.softmax(1),
            x -> x.logSoftmax(0).mul(0.1),
            x -> x.cumsum(1).mul(0.2),
            x -> x.sort(1, false).values(),
            x -> x.topk(1, 0).values(),
            x -> x.gather(1, x.argsort(1)),
            x -> x.clamp(-0.4, 0.7),
            x -> x.repeat(2, 1),
            x -> x.matmul(x.t()).div((double) x.size(1)),
            x -> x.unsqueeze(0).contiguous().squeeze(0));

    /** Where a unit in the last place of the operand may decide: only for operands that are the same to the bit. */
    private static final List<UnaryOperator<Tensor>> JUMPING = List.of(
            x -> x.where(x.gt(0.1), x.mul(-2)),
            x -> x.argmax(1, true).to(DType.F64).mul(0.1),
            x -> x.to(DType.I64).to(DType.F64).add(x),
            x -> x.remainder(0.3),
            x -> x.indexSelect(0, x.get(0).argsort(0).remainder(x.size(0))),
            x -> x.scatterAdd(0, x.argsort(0), x));

    private static final List<BinaryOperator<Tensor>> OF_TWO = List.of(
            Tensor::add,
            Tensor::sub,
            Tensor::mul,
            Tensor::maximum,
            Tensor::minimum,
            Tensor::atan2,
            (x, y) -> Tensor.cat(List.of(x, y), 0),
            (x, y) -> x.matmul(y.t()).tanh());

    private static Device device;

    @BeforeAll
    static void findTheEmulator() {
        device = Twins.device();
    }

    @Test
    void giveWhatTheReferenceGives() {
        for (int seed = 0; seed < PROGRAMS; seed++) {
            try (TensorScope _ = TensorScope.open()) {
                run(seed);
            }
        }
    }

    @Test
    void giveTheSameBitsReplayed() {
        for (int seed = 0; seed < PROGRAMS; seed++) {
            try (TensorScope _ = TensorScope.open()) {
                replay(run(seed));
            }
        }
    }

    /** An operator of a program, and which of its tensors it takes. */
    private record Step(BinaryOperator<Tensor> operator, int a, int b) {}

    /**
     * What a program did on the device.
     *
     * @param steps those of which the results were kept
     * @param tensors the first ones, and these results
     */
    private record Run(List<Step> steps, List<Tensor> tensors) {}

    private static void replay(Run run) {
        int first = run.tensors.size() - run.steps.size();
        List<Tensor> results = new ArrayList<>();
        run.tensors.subList(first, run.tensors.size()).forEach(tensor -> results.add(Tensor.zerosLike(tensor)));
        try (CudaGraph graph = CudaGraph.capture(device, () -> capture(run, results))) {
            for (int i = 0; i < 2; i++) {
                results.forEach(Tensor::zero_);
                graph.replay();
                for (int k = 0; k < results.size(); k++) {
                    assertThat(values(results.get(k))).isEqualTo(values(run.tensors.get(first + k)));
                }
            }
        }
    }

    private static void capture(Run run, List<Tensor> results) {
        try (TensorScope _ = TensorScope.open()) {
            List<Tensor> tensors = new ArrayList<>(run.tensors.subList(0, run.tensors.size() - run.steps.size()));
            for (Step step : run.steps) {
                tensors.add(step.operator.apply(tensors.get(step.a), tensors.get(step.b)));
                results.get(tensors.size() - 1 - (run.tensors.size() - run.steps.size()))
                        .copy_(tensors.get(tensors.size() - 1));
            }
        }
    }

    private static Run run(int seed) {
        List<Step> steps = new ArrayList<>();
        Random random = new Random(seed);
        List<Tensor> host = new ArrayList<>();
        List<Tensor> there = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Shape shape = Shape.of(random.nextInt(1, 40), random.nextInt(1, 40));
            double[] values = random.doubles(shape.numel(), -2, 2).toArray();
            Tensor start = Tensor.of(values, DType.F64, Device.of("reference")).view(shape);
            host.add(start);
            there.add(start.to(device));
        }
        for (int step = 0; step < STEPS; step++) {
            int a = random.nextInt(host.size());
            int b = random.nextInt(host.size());
            BinaryOperator<Tensor> operator = operator(random, isSame(host.get(a), there.get(a)));
            Tensor expected = operator.apply(host.get(a), host.get(b));
            Tensor found = operator.apply(there.get(a), there.get(b));
            if (expected.numel() > 0 && expected.numel() < 20_000) {
                assertClose("program " + seed + ", step " + step, expected, found);
                host.add(expected);
                there.add(found);
                steps.add(new Step(operator, a, b));
            }
        }
        return new Run(steps, there);
    }

    /** One of all operators, or, if the first operand is not the same, of those that do not jump. */
    private static BinaryOperator<Tensor> operator(Random random, boolean same) {
        if (random.nextInt(3) == 0) {
            BinaryOperator<Tensor> chosen = OF_TWO.get(random.nextInt(OF_TWO.size()));
            return (x, y) -> onCommonPart(chosen, x, y);
        }
        int which = random.nextInt(OF_ONE.size() + (same ? JUMPING.size() : 0));
        UnaryOperator<Tensor> chosen = which < OF_ONE.size() ? OF_ONE.get(which) : JUMPING.get(which - OF_ONE.size());
        return (x, _) -> chosen.apply(x);
    }

    private static Tensor onCommonPart(BinaryOperator<Tensor> operator, Tensor x, Tensor y) {
        long rows = Math.min(x.size(0), y.size(0));
        long columns = Math.min(x.size(1), y.size(1));
        return operator.apply(
                x.narrow(0, 0, rows).narrow(1, x.size(1) - columns, columns),
                y.narrow(0, y.size(0) - rows, rows).narrow(1, 0, columns));
    }

    private static boolean isSame(Tensor expected, Tensor found) {
        return Arrays.equals(values(expected), values(found));
    }

    private static double[] values(Tensor x) {
        return x.cpu().contiguous().flatten().toDoubleArray();
    }

    private static void assertClose(String where, Tensor expected, Tensor found) {
        assertThat(found.shape()).as(where).isEqualTo(expected.shape());
        double[] a = values(expected);
        double[] b = values(found);
        for (int i = 0; i < a.length; i++) {
            double allowed = CLOSE * Math.max(1, Math.abs(a[i]));
            if (!(Math.abs(a[i] - b[i]) <= allowed) && Double.compare(a[i], b[i]) != 0) {
                throw new AssertionError(where + ", element " + i + ": " + b[i] + ", the reference " + a[i]);
            }
        }
    }
}
