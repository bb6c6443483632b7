package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.backend.cuda.Twins.Twin;
import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ScatterKind;
import io.gatun.tensor.spi.Elements;
import io.gatun.tensor.spi.TensorView;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class IndexingTest {
    private static Twins twins;

    @BeforeAll
    static void startDevice() {
        twins = new Twins(Twins.device(), 5);
    }

    static List<DType> dtypes() {
        return Arrays.stream(DType.values()).filter(dtype -> !dtype.isComplex()).toList();
    }

    private static Layout plain(long... sizes) {
        return Layout.contiguous(Shape.of(sizes));
    }

    @ParameterizedTest
    @MethodSource("dtypes")
    void gathersInAnyLayout(DType dtype) {
        for (int dim = 0; dim < 3; dim++) {
            Layout x = Twins.scattered(Shape.of(5, 6, 7), 3);
            Layout index = Twins.scattered(Shape.of(4, 5, 7).with(dim, 9), 1);
            Layout out = Twins.scattered(index.shape(), 2);
            twins.agree(
                    new Op.Gather(dim),
                    twins.bits(dtype, out),
                    twins.bits(dtype, x),
                    twins.indices(x.shape().size(dim), index));
            Layout backwards = plain(5, 6, 7).flip(Axes.of(0, 2));
            twins.agree(
                    new Op.Gather(dim),
                    twins.bits(dtype, Layout.contiguous(index.shape())),
                    twins.bits(dtype, backwards),
                    twins.indices(x.shape().size(dim), index));
        }
    }

    @ParameterizedTest
    @MethodSource("dtypes")
    void selectsSlicesLongAndShortAlignedAndNot(DType dtype) {
        for (long width : new long[] {1, 3, 16, 32, 48, 50}) {
            for (long offset : new long[] {0, 1, 16}) {
                Layout x = plain(11, width).shift(offset);
                twins.agree(
                        new Op.IndexSelect(0),
                        twins.bits(dtype, plain(9, width)),
                        twins.bits(dtype, x),
                        twins.indices(11, plain(9)));
                twins.agree(
                        new Op.IndexSelect(1),
                        twins.bits(dtype, plain(9, 4, width).permute(Axes.of(1, 0, 2))),
                        twins.bits(dtype, plain(4, 11, width).shift(offset)),
                        twins.indices(11, plain(9).flip(Axes.of(0))));
            }
        }
        twins.agree(
                new Op.IndexSelect(0),
                twins.bits(dtype, plain(9, 32)),
                twins.bits(dtype, plain(32).expand("test", Shape.of(5, 32))),
                twins.indices(5, plain(9)));
    }

    @ParameterizedTest
    @EnumSource
    void scattersFewAndManyIndices(ScatterKind kind) {
        for (DType dtype : dtypes()) {
            boolean one = dtype == DType.F32; // many take their time
            for (long length : one ? new long[] {0, 1, 5, 65, 1100} : new long[] {0, 1, 5, 65}) {
                for (int dim = 0; dim < 2; dim++) {
                    Shape shape = Shape.of(17, 19);
                    Layout index = Twins.scattered(Shape.of(16, 16).with(dim, length), 1);
                    Layout source = Twins.scattered(Shape.of(17, 18).with(dim, length + 2), 4);
                    Layout x = Twins.scattered(shape, 2);
                    Twin places = twins.indices(shape.size(dim), index);
                    Twin brought = kind == ScatterKind.PUT ? twins.bits(dtype, source) : twins.numbers(dtype, source);
                    Op.Scatter op = new Op.Scatter(dim, kind);
                    twins.agree(
                            op, twins.bits(dtype, Layout.contiguous(shape)), twins.numbers(dtype, x), places, brought);
                    Twin over = twins.numbers(dtype, x);
                    twins.agree(op, over, over, places, brought);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void scattersThousandsOfIndicesToFewAndToManyPlaces(ScatterKind kind) {
        for (DType dtype : new DType[] {DType.F32, DType.BF16, DType.I32}) {
            for (long places : new long[] {1, 3, 40_000}) {
                Twin x = twins.numbers(dtype, plain(places));
                twins.agree(
                        new Op.Scatter(0, kind),
                        x,
                        x,
                        twins.indices(places, plain(9000)),
                        twins.numbers(dtype, plain(9000)));
            }
        }
    }

    @Test
    void sortsMoreIndicesThanOneRoundOfSumsCounts() {
        Twin x = twins.numbers(DType.F32, plain(70_000));
        Twin index = twins.indices(70_000, plain(300_000));
        twins.agree(new Op.Scatter(0, ScatterKind.ADD), x, x, index, twins.numbers(DType.F32, plain(300_000)));
    }

    @ParameterizedTest
    @MethodSource("dtypes")
    void addsSlices(DType dtype) {
        for (long length : new long[] {0, 1, 40, 65, 2100}) {
            for (int dim = 0; dim < 3; dim++) {
                Shape shape = Shape.of(3, 4, 5);
                Layout source = Twins.scattered(shape.with(dim, length), 3);
                Twin x = twins.numbers(dtype, Twins.scattered(shape, 1));
                Twin index = twins.indices(shape.size(dim), Twins.scattered(Shape.of(length), 5));
                Op.IndexAdd op = new Op.IndexAdd(dim);
                twins.agree(op, twins.bits(dtype, Layout.contiguous(shape)), x, index, twins.numbers(dtype, source));
                twins.agree(op, x, x, index, twins.numbers(dtype, source));
            }
        }
    }

    @Test
    void takesAndBringsWithoutDimensions() {
        Layout scalar = Layout.contiguous(Shape.scalar());
        Twin zero = twins.indices(1, scalar);
        twins.agree(new Op.Gather(0), twins.bits(DType.F32, scalar), twins.bits(DType.F32, scalar), zero);
        for (ScatterKind kind : ScatterKind.values()) {
            Twin x = twins.numbers(DType.F16, scalar);
            twins.agree(new Op.Scatter(0, kind), x, x, zero, twins.numbers(DType.F16, scalar));
        }
    }

    @Test
    void walksMoreDimensionsThanAKernelHasLoops() {
        Shape shape = Shape.of(2, 2, 2, 2, 2, 2, 2, 2, 2, 2);
        Layout x = Twins.scattered(shape, 1);
        Layout index = Twins.scattered(shape.with(3, 70), 0);
        Layout source = Twins.scattered(shape.with(3, 70), 6);
        Twin places = twins.indices(2, index);
        twins.agree(new Op.Gather(3), twins.bits(DType.I16, source), twins.bits(DType.I16, x), places);
        Twin over = twins.numbers(DType.F32, x);
        twins.agree(new Op.Scatter(3, ScatterKind.ADD), over, over, places, twins.numbers(DType.F32, source));
        twins.agree(new Op.IndexAdd(3), over, over, twins.indices(2, plain(70)), twins.numbers(DType.F32, source));
        twins.agree(new Op.IndexSelect(3), twins.bits(DType.F32, source), over, twins.indices(2, plain(70)));
        nonzero(DType.I8, x);
    }

    @ParameterizedTest
    @MethodSource("dtypes")
    void findsWhatIsNotZero(DType dtype) {
        nonzero(dtype, plain(0, 3));
        nonzero(dtype, plain(1));
        nonzero(dtype, plain(2048));
        nonzero(dtype, plain(3, 1, 11).shift(1));
        nonzero(dtype, Twins.scattered(Shape.of(7, 20, 41), 3));
        nonzero(dtype, plain(9, 9).expand("test", Shape.of(4, 9, 9)));
    }

    private static void nonzero(DType dtype, Layout layout) {
        Twin x = twins.numbers(dtype, layout);
        long count = 0;
        for (long i = 0; i < layout.shape().numel(); i++) {
            long at = layout.elementAt(i);
            count += Elements.getDouble(dtype, x.host().storage().segment(), at) != 0 ? 1 : 0;
        }
        Shape shape = Shape.of(count, layout.rank());
        twins.agree(new Op.Nonzero(count), twins.bits(DType.I64, Layout.contiguous(shape)), x);
        twins.agree(new Op.Nonzero(count), twins.bits(DType.I64, Twins.scattered(shape, 1)), x);
    }

    @Test
    void namesTheFirstIndexOutOfRangeAndWritesNothing() {
        Layout layout = plain(5, 4).permute(Axes.of(1, 0)); // (4, 5)
        long[] bad = {2 * 4 + 1, 4 + 2}; // of the memory, (1, 2) and (2, 1)
        Twin index = twins.of(DType.I64, layout, i -> i == bad[0] ? 3L : i == bad[1] ? -1L : i % 3);
        Twin x = twins.numbers(DType.F32, plain(3, 5));
        Twin source = twins.numbers(DType.F32, plain(4, 5));
        String problem = "index 3 at position (1, 2) is out of range for dimension 0 of size 3: expected 0 to 2";
        refused("scatter: " + problem, new Op.Scatter(0, ScatterKind.PUT), x, x, index, source);
        Twin fresh = twins.numbers(DType.F32, plain(3, 5));
        refused("scatterAdd: " + problem, new Op.Scatter(0, ScatterKind.ADD), fresh, x, index, source);
        refused("gather: " + problem, new Op.Gather(0), source, x, index);
        Twin one = twins.of(DType.I64, plain(2), i -> i == 1 ? -7L : 0);
        String negative = "index -7 at position (1) is out of range for dimension 1 of size 5: expected 0 to 4";
        Twin columns = twins.numbers(DType.F32, plain(3, 2));
        refused("indexSelect: " + negative, new Op.IndexSelect(1), columns, x, one);
        refused("indexAdd: " + negative, new Op.IndexAdd(1), x, x, one, columns);
    }

    private static void refused(String message, Op.Kernel op, Twin out, Twin... in) {
        TensorView[] inputs = Arrays.stream(in).map(Twin::device).toArray(TensorView[]::new);
        Device device = out.device().storage().device();
        assertThatThrownBy(() -> device.backend().execute(op, inputs, new TensorView[] {out.device()}))
                .isInstanceOf(TensorIndexException.class)
                .hasMessage(message);
        twins.assertSame(message, out);
    }
}
