package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ReduceKind;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** That the suite sees what backends get wrong: the reference backend with one fault each. */
class ConformanceRunTest {
    private static final Device REFERENCE = Device.of("reference");
    private static final Op NEG = new Op.Unary(UnaryKind.NEG);

    private interface Kernel {
        void execute(Op.Kernel op, TensorView[] inputs, TensorView[] outputs);
    }

    private static void reference(Op.Kernel op, TensorView[] inputs, TensorView[] outputs) {
        REFERENCE.backend().execute(op, inputs, outputs);
    }

    private static ConformanceRun with(Kernel kernel) {
        return new ConformanceRun(REFERENCE, new Backend() {
            @Override
            public String name() {
                return "faulty";
            }

            @Override
            public Storage allocate(Device device, long byteSize) {
                return REFERENCE.backend().allocate(device, byteSize);
            }

            @Override
            public void execute(Op.Kernel op, TensorView[] inputs, TensorView[] outputs) {
                kernel.execute(op, inputs, outputs);
            }
        });
    }

    private static Tensor counting(long... sizes) {
        Shape shape = Shape.of(sizes);
        return Tensor.arange(1, shape.numel() + 1).to(REFERENCE).to(DType.F32).reshape(shape);
    }

    private static Trial neg() {
        return Trial.of(NEG, counting(3, 4)).over(0);
    }

    private static void runAll(ConformanceRun run, Trial trial) {
        for (int number = 0; number < 12; number++) {
            run.run(trial, number);
        }
    }

    private static TensorView dense(TensorView view) {
        return Tensor.over(view.storage(), Layout.contiguous(view.layout().shape()), view.dtype());
    }

    @Test
    void aRightBackendPasses() {
        assertThatCode(() -> runAll(with(ConformanceRunTest::reference), neg())).doesNotThrowAnyException();
    }

    @Test
    void ignoredStridesAreSeen() {
        ConformanceRun run = with((op, in, out) -> reference(op, new TensorView[] {dense(in[0])}, out));
        assertThatThrownBy(() -> runAll(run, neg()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the reference");
    }

    @Test
    void aWrongLastBitOfAnExactOperatorIsSeen() {
        ConformanceRun run = with((op, in, out) -> {
            reference(op, in, out);
            long at = out[0].layout().lastElement() * 4;
            float value = out[0].storage().segment().get(ValueLayout.JAVA_FLOAT, at);
            out[0].storage().segment().set(ValueLayout.JAVA_FLOAT, at, Math.nextUp(value));
        });
        assertThatThrownBy(() -> runAll(run, neg())).hasMessageContaining("allowed is a difference of 0.0");
    }

    @Test
    void writingPastTheOutputIsSeen() {
        ConformanceRun run = with((op, in, out) -> {
            reference(op, in, out);
            long after = (out[0].layout().lastElement() + 1) * 4;
            if (after < out[0].storage().byteSize()) {
                out[0].storage().segment().set(ValueLayout.JAVA_FLOAT, after, 0);
            }
        });
        assertThatThrownBy(() -> runAll(run, neg())).hasMessageContaining("memory around output 0 was written to");
    }

    @Test
    void aModifiedInputIsSeen() {
        ConformanceRun run = with((op, in, out) -> {
            reference(op, in, out);
            in[in.length - 1].storage().segment().fill((byte) 1);
        });
        Trial add = Trial.of(new Op.Binary(BinaryKind.ADD), counting(3, 4), counting(3, 4));
        assertThatThrownBy(() -> runAll(run, add)).hasMessageContaining("input 1 was modified");
    }

    @Test
    void anInputOverwrittenBeforeItIsReadIsSeen() {
        ConformanceRun run = with((op, in, out) -> {
            out[0].storage().segment().fill((byte) 0);
            reference(op, in, out);
        });
        assertThatThrownBy(() -> runAll(run, neg())).hasMessageContaining("which is input 0");
    }

    @Test
    void sumsAreHeldToTheirTermsAndNotToWhatIsLeftOfThem() {
        Tensor cancelling = Tensor.of(new double[] {1e6, -1e6, 1e-3}, DType.F32, REFERENCE);
        Trial sum = Trial.of(new Op.Reduce(ReduceKind.SUM, Axes.of(0), false), cancelling);
        ConformanceRun off = with((op, in, out) -> {
            reference(op, in, out);
            float value = out[0].storage()
                    .segment()
                    .get(ValueLayout.JAVA_FLOAT, out[0].layout().offset() * 4);
            out[0].storage()
                    .segment()
                    .set(ValueLayout.JAVA_FLOAT, out[0].layout().offset() * 4, value + 0.5f);
        });
        assertThatCode(() -> off.run(sum, 0)).doesNotThrowAnyException();
        ConformanceRun wrong = with((op, in, out) -> {
            reference(op, in, out);
            out[0].storage()
                    .segment()
                    .set(ValueLayout.JAVA_FLOAT, out[0].layout().offset() * 4, 100);
        });
        assertThatThrownBy(() -> wrong.run(sum, 0)).hasMessageContaining("sum gives 100.0");
    }
}
