package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.autograd.Autograd;
import io.gatun.nn.F;
import io.gatun.tensor.Backward;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.RandomKind;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CreationTest {
    private static Device device;
    private static Twins twins;

    @BeforeAll
    static void startDevice() {
        device = Twins.device();
        twins = new Twins(device, 6);
    }

    static List<DType> dtypes() {
        return Arrays.stream(DType.values()).filter(dtype -> !dtype.isComplex()).toList();
    }

    /** Runs, with and without 16-byte accesses from the start on, and other layouts. */
    private static List<Layout> layouts(long count) {
        return List.of(
                Layout.contiguous(Shape.of(count)),
                Layout.contiguous(Shape.of(count)).shift(3),
                Twins.scattered(Shape.of(count), 1));
    }

    @ParameterizedTest
    @MethodSource("dtypes")
    void fillsRunsAndOtherLayouts(DType dtype) {
        List<Scalar> values = List.of(
                Scalar.of(0),
                Scalar.of(-3),
                Scalar.of(2.75),
                Scalar.of(true),
                Scalar.of(Long.MAX_VALUE - 6),
                Scalar.of(1e300));
        for (Scalar value : values) {
            for (long count : new long[] {0, 1, 15, 16, 33, 5000}) {
                for (Layout layout : layouts(count)) {
                    twins.agree(new Op.Fill(value, layout.shape(), dtype), twins.bits(dtype, layout));
                }
            }
            Layout scalar = Layout.contiguous(Shape.scalar());
            twins.agree(new Op.Fill(value, scalar.shape(), dtype), twins.bits(dtype, scalar));
            Layout many = Twins.scattered(Shape.of(2, 2, 2, 2, 2, 2, 2, 2, 2, 2), 0);
            twins.agree(new Op.Fill(value, many.shape(), dtype), twins.bits(dtype, many));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"BOOL", "C64", "C128"},
            mode = EnumSource.Mode.EXCLUDE)
    void countsUpAndDown(DType dtype) {
        for (long count : new long[] {0, 1, 700}) {
            for (Layout layout : layouts(count)) {
                twins.agree(new Op.Arange(Scalar.of(-5), Scalar.of(-7), count, dtype), twins.bits(dtype, layout));
                if (dtype.isFloatingPoint()) {
                    twins.agree(
                            new Op.Arange(Scalar.of(-1.5), Scalar.of(0.1), count, dtype), twins.bits(dtype, layout));
                } else {
                    twins.agree(
                            new Op.Arange(Scalar.of(Long.MAX_VALUE - 9), Scalar.of(3), count, dtype),
                            twins.bits(dtype, layout));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void drawsTheNumbersThatPhiloxDefines(RandomKind kind) {
        for (DType dtype : dtypes()) {
            boolean defined = kind == RandomKind.BERNOULLI
                    || dtype != DType.BOOL && (kind == RandomKind.INTEGER || dtype.isFloatingPoint());
            if (!defined) {
                continue;
            }
            for (long count : new long[] {0, 1, 2, 3, 4, 5, 4099}) {
                for (Layout layout : layouts(count)) {
                    for (Bounds arguments : arguments(kind)) {
                        Op.Random op = new Op.Random(
                                kind,
                                arguments.first,
                                arguments.second,
                                0x9876543210ABCDEFL,
                                (1L << 32) - 2,
                                layout.shape(),
                                dtype);
                        twins.agree(op, twins.bits(dtype, layout));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "F32", "F64"})
    void dropoutIsOneLaunchEachWayOfTheReferencesBits(DType dtype) {
        Tensor x = Tensor.randn(Shape.of(31, 67), DType.F64, new Generator(2)).to(dtype);
        x.view(-1).narrow(0, 0, 8).fill_(Double.NEGATIVE_INFINITY);
        x.view(-1).narrow(0, 8, 8).fill_(Double.NaN);
        Tensor there = x.to(device);
        List<UnaryOperator<Tensor>> layouts = List.of(
                t -> t,
                t -> t.view(-1).narrow(0, 1, 2002), // not aligned
                Tensor::t,
                t -> t.narrow(1, 2, 50),
                t -> t.select(0, 3).expand(3, 67),
                t -> t.select(0, 4).select(0, 5),
                t -> t.narrow(0, 0, 0));
        for (UnaryOperator<Tensor> layout : layouts) {
            Tensor expected = F.dropout(layout.apply(x.to(Device.of("reference"))), 0.3, true, new Generator(9));
            Tensor found = F.dropout(layout.apply(there), 0.3, true, new Generator(9));
            assertThat(found.cpu().toDoubleArray()).isEqualTo(expected.toDoubleArray());
        }
        Tensor leaf = there.clone().requiresGrad_(true);
        Generator generator = new Generator(1);
        Tensor g = Tensor.onesLike(there);
        Tensor[] y = new Tensor[1];
        assertThat(EmulatorCounts.launches(device, () -> y[0] = F.dropout(leaf, 0.3, true, generator)))
                .isEqualTo(1);
        assertThat(EmulatorCounts.launches(
                        device, () -> Autograd.grad(List.of(y[0]), List.of(leaf), List.of(g), Backward.standard())))
                .isEqualTo(1);
        assertThat(EmulatorCounts.launches(device, () -> there.clone().bernoulli_(0.3)))
                .as("and a copy")
                .isEqualTo(2);
    }

    private record Bounds(Scalar first, Scalar second) {}

    private static List<Bounds> arguments(RandomKind kind) {
        return switch (kind) {
            case INTEGER ->
                List.of(
                        new Bounds(Scalar.of(-20), Scalar.of(100)),
                        new Bounds(Scalar.of(0), Scalar.of(1L << 24)),
                        new Bounds(Scalar.of(-(1L << 40)), Scalar.of(1L << 50)),
                        new Bounds(Scalar.of(Long.MIN_VALUE + 9), Scalar.of(Long.MIN_VALUE)));
            case GEOMETRIC ->
                List.of(new Bounds(Scalar.of(0.3), Scalar.of(0)), new Bounds(Scalar.of(1e-5), Scalar.of(0)));
            case BERNOULLI ->
                List.of(
                        new Bounds(Scalar.of(0.7), Scalar.of(1.0)),
                        new Bounds(Scalar.of(0.0), Scalar.of(1.0)),
                        new Bounds(Scalar.of(1.0), Scalar.of(1.0)),
                        new Bounds(Scalar.of(1.0 / 3), Scalar.of(3.1)));
            case EXPONENTIAL -> List.of(new Bounds(Scalar.of(1.5), Scalar.of(0)));
            case UNIFORM, NORMAL, CAUCHY -> List.of(new Bounds(Scalar.of(-2.3), Scalar.of(3.1)));
            case LOG_NORMAL ->
                List.of(new Bounds(Scalar.of(1.0), Scalar.of(0.5)), new Bounds(Scalar.of(-3.0), Scalar.of(300)));
        };
    }
}
