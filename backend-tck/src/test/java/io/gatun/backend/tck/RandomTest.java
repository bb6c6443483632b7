package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Device;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Random draws: the same bits on every backend, PyTorch's refusals, and generators' states. */
class RandomTest {
    private static final List<DType> FLOATING = List.of(DType.F16, DType.BF16, DType.F32, DType.F64);

    /** Every way to draw, on {@code device}. */
    private static List<Tensor> draws(Device device, Generator g) {
        List<Tensor> draws = new ArrayList<>();
        for (DType dtype : FLOATING) {
            BiFunction<String, Shape, Tensor> empty = (_, shape) -> Tensor.zeros(shape, dtype, device);
            Tensor x = empty.apply("", Shape.of(50, 101));
            draws.add(Tensor.rand(Shape.of(9001), dtype, device, g));
            draws.add(Tensor.randn(Shape.of(9001), dtype, device, g));
            draws.add(x.clone().uniform_(-3, 5, g));
            draws.add(x.clone().normal_(1, 2, g));
            draws.add(x.clone().logNormal_(0, 1, g));
            draws.add(x.clone().exponential_(2, g));
            draws.add(x.clone().cauchy_(1, 2, g));
            draws.add(x.clone().geometric_(0.2, g));
            draws.add(x.clone().t().normal_(0, 1, g).contiguous());
            draws.add(x.clone().bernoulli_(0.3, g));
            Tensor p = Tensor.rand(Shape.of(7, 13), dtype, device, g);
            draws.add(p.bernoulli(g));
            draws.add(p.multinomial(5, false, g));
            draws.add(p.multinomial(50, true, g));
            draws.add(p.mul(40).poisson(g));
            draws.add(Tensor.normal(p, p.get(io.gatun.tensor.Index.at(0)), g));
            draws.add(Tensor.normal(3, p, g));
        }
        for (DType dtype : List.of(DType.I8, DType.U8, DType.I16, DType.I32, DType.I64, DType.BOOL)) {
            Tensor x = Tensor.zeros(Shape.of(50, 101), dtype, device);
            draws.add(x.clone().random_(g));
            draws.add(x.clone().random_(0, 2, g));
            draws.add(x.clone().bernoulli_(0.3, g));
            draws.add(Tensor.randint(0, 2, Shape.of(3, 0, 2), dtype, device, g));
            if (dtype != DType.BOOL) {
                draws.add(x.clone().geometric_(0.2, g));
                draws.add(Tensor.randint(3, 100, Shape.of(9001), dtype, device, g));
            }
        }
        draws.add(Tensor.randint(-(1L << 40), 1L << 41, Shape.of(9001), DType.I64, device, g));
        draws.add(Tensor.randperm(1001, DType.I64, device, g));
        draws.add(Tensor.randperm(100, DType.I8, device, g));
        draws.add(Tensor.randperm(0, DType.F32, device, g));
        draws.add(Tensor.zeros(Shape.of(4), DType.F32, device).random_(g));
        return draws;
    }

    private static byte[] bits(Tensor x) {
        return x.contiguous().memorySegment().toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void everyBackendDrawsTheSameBits() {
        List<Tensor> simd = draws(Device.of("simd"), new Generator(-5));
        List<Tensor> reference = draws(Device.of("reference"), new Generator(-5));
        CRC32C sum = new CRC32C();
        for (int i = 0; i < reference.size(); i++) {
            assertThat(bits(simd.get(i))).as("draw %s, %s", i, reference.get(i)).isEqualTo(bits(reference.get(i)));
            sum.update(bits(reference.get(i)));
        }
        assertThat(sum.getValue())
                .as("numbers of one seed stay what they are from version to version")
                .isEqualTo(4066746121L);
    }

    @Test
    void statesAreSavedAndRestored() {
        Generator generator = new Generator(3);
        Tensor.rand(Shape.of(10), DType.F32, generator);
        Tensor state = generator.getState();
        Tensor first = Tensor.randn(Shape.of(7), DType.F64, generator);
        Tensor other = Tensor.randn(Shape.of(7), DType.F64, new Generator(0).setState(state));
        assertThat(other.toDoubleArray()).isEqualTo(first.toDoubleArray());
        assertThat(Tensor.randn(Shape.of(7), DType.F64, generator).toDoubleArray())
                .isNotEqualTo(first.toDoubleArray());
        assertThatThrownBy(() -> generator.setState(Tensor.zeros(2)))
                .isInstanceOf(DTypeException.class)
                .hasMessageContaining("I64");
        assertThatThrownBy(() -> generator.setState(Tensor.zeros(3))).isInstanceOf(ShapeException.class);
    }

    @Test
    void theDefaultGeneratorIsSeededSavedAndRestored() {
        Random.manualSeed(100);
        assertThat(Random.initialSeed()).isEqualTo(100);
        Tensor state = Random.getState();
        float[] first = Tensor.rand(5).toFloatArray();
        Random.setState(state);
        assertThat(Tensor.rand(5).toFloatArray()).isEqualTo(first);
        long seed = Random.seed();
        assertThat(Random.initialSeed()).isEqualTo(seed).isNotEqualTo(Random.seed());
    }

    @Test
    void likeMeansShapeDTypeAndDevice() {
        Tensor like = Tensor.zeros(Shape.of(2, 3), DType.F64, Device.of("reference"));
        for (Tensor made : List.of(
                Tensor.randLike(like, new Generator(1)),
                Tensor.randnLike(like, new Generator(1)),
                Tensor.randintLike(like, 0, 9, new Generator(1)))) {
            assertThat(made.shape()).isEqualTo(like.shape());
            assertThat(made.dtype()).isEqualTo(like.dtype());
            assertThat(made.device()).isEqualTo(like.device());
        }
        assertThat(Tensor.normal(Tensor.zeros(2, 3), Tensor.ones(4, 1, 3)).shape())
                .isEqualTo(Shape.of(4, 2, 3));
        assertThat(Tensor.normal(0, 1, Shape.of(3)).dtype()).isEqualTo(DType.F32);
    }

    @Test
    void certainAndImpossibleEventsAreThat() {
        Tensor p = Tensor.of(new double[] {0, 1, 0, 1}).expand(1000, 4);
        assertThat(p.bernoulli().toDoubleArray()).isEqualTo(p.contiguous().toDoubleArray());
        Tensor weights = Tensor.of(new float[] {0, 2, 0, 1e-30f, 0});
        assertThat(Arrays.stream(weights.multinomial(5000, true).toLongArray()).distinct())
                .doesNotContain(0L, 2L, 4L);
        assertThat(weights.multinomial(2).toLongArray()).containsExactlyInAnyOrder(1, 3);
        assertThat(weights.multinomial(5).toLongArray()).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        assertThat(Tensor.zeros(0, 3).multinomial(2).shape()).isEqualTo(Shape.of(0, 2));
        assertThat(Tensor.zeros(9).poisson().toFloatArray()).containsOnly(0);
        assertThat(Tensor.empty(9).exponential_(0).toFloatArray()).containsOnly(Float.POSITIVE_INFINITY);
        assertThat(Tensor.empty(9).uniform_(2, 2).toFloatArray()).containsOnly(2);
    }

    @Test
    void noGradientFlowsThroughDraws() {
        Tensor p = Tensor.full(Shape.of(3), 0.5).requiresGrad_(true);
        assertThat(p.bernoulli().requiresGrad()).isFalse();
        assertThat(Tensor.normal(p, p).requiresGrad()).isFalse();
        assertThat(p.multinomial(2).requiresGrad()).isFalse();
        assertThatThrownBy(() -> p.uniform_()).isInstanceOf(TensorStateException.class);
        Tensor doubled = p.mul(2);
        doubled.mul(1).bernoulli_(0.5).mul(p).sum().backward();
        assertThat(p.grad()).isNotNull();
    }

    @Test
    void refusalsAreThoseOfPyTorch() {
        refused("negative, infinite or NaN", () -> row(-1, 0, 2).multinomial(1));
        refused(
                "negative, infinite or NaN",
                () -> row(Double.POSITIVE_INFINITY, 2).multinomial(1));
        refused("negative, infinite or NaN", () -> row(Double.NaN, 2).multinomial(1));
        refused("without a positive element", () -> row(0, 0, 0).multinomial(1));
        refused(
                "without a positive element",
                () -> row(0, 0, 0, 1).reshape(2, 2).multinomial(1, true));
        refused(
                "cannot draw 4 samples from 3 categories without replacement",
                () -> row(1, 0, 2).multinomial(4));
        refused("cannot draw 0 samples", () -> row(1, 0, 2).multinomial(0, true));
        refused("without a positive element", () -> Tensor.ones(2, 0).multinomial(1, true));
        refused("neither a row", () -> Tensor.ones(2, 3, 4).multinomial(1));
        refused("floating-point", () -> Tensor.of(new int[] {1, 2}).multinomial(1));
        refused("not all from 0 to 1", () -> row(0.5, 1.5).bernoulli());
        refused("not all from 0 to 1", () -> row(Double.NaN).bernoulli());
        refused("must be from 0 to 1", () -> row(0).bernoulli_(-0.1));
        refused("do not fit the target", () -> Tensor.zeros(1).bernoulli_(Tensor.ones(3)));
        refused("floating-point", () -> Tensor.of(new int[] {1, 0}).bernoulli());
        refused("must be 0 or more", () -> row(0).exponential_(-1));
        refused("floating-point", () -> Tensor.of(new int[] {1}).exponential_(1));
        refused("between 0 and 1", () -> row(0).geometric_(1));
        refused("BOOL", () -> Tensor.of(true).geometric_(0.5));
        refused("must be 0 or more", () -> row(0).cauchy_(0, -1));
        refused("must be above 0", () -> row(0).logNormal_(0, 0));
        refused("must be 0 or more", () -> row(0).normal_(0, -1));
        refused("not all 0 or more", () -> Tensor.normal(row(0, 0), row(1, -1)));
        refused("is empty", () -> row(0).uniform_(1, 0));
        refused("no integer from 5 to 5", () -> row(0).random_(5, 5));
        refused("not all exact in I8", () -> Tensor.zeros(Shape.of(3), DType.I8).random_(0, 200));
        refused("not all exact in BOOL", () -> Tensor.of(true).random_(0, 3));
        refused("not all exact in U8", () -> Tensor.randint(0, 300, Shape.of(3), DType.U8, new Generator(1)));
        refused("finite and 0 or more", () -> row(-1, 2).poisson());
        refused("no -1 numbers", () -> Tensor.randperm(-1));
        refused("not all exact in U8", () -> Tensor.randperm(300, DType.U8, Device.getDefault(), new Generator(1)));
        refused("floating-point", () -> Tensor.rand(Shape.of(3), DType.I32));
        refused("clone() first", () -> row(0).expand(3).random_(0, 2));
    }

    private static Tensor row(double... values) {
        return Tensor.of(values);
    }

    private static void refused(String message, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(RuntimeException.class).hasMessageContaining(message);
    }
}
