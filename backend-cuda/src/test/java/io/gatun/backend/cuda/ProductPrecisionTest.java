package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.ConvolutionGeometry;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What products of F32 are rounded to: nothing less than F32, unless TF32 is allowed. Factors are 1 + 2^-12, whose last bit TF32 has
 * not. The emulator's cuBLAS rounds factors as it is asked to.
 */
class ProductPrecisionTest {
    private static final String PROPERTY = "gatun.cuda.allowTf32";
    private static final float FACTOR = 1 + 0x1p-12f;

    private static Device device;
    private static DeviceContext context;
    private static CudaLibraries libraries;

    @BeforeAll
    static void findTheEmulator() {
        Assumptions.assumeTrue(Twins.isEmulated(), "a device of a few years ago has no TF32");
        device = Twins.device();
        context = ((CudaBackend) device.backend()).context(device);
        Machine machine = Machine.here();
        libraries = CudaLibraries.load(machine, Natives.here(machine));
    }

    @AfterEach
    void forgetTheProperty() {
        System.clearProperty(PROPERTY);
    }

    private static Tensor factors(DType dtype, long... sizes) {
        return Tensor.full(Shape.of(sizes), FACTOR).to(dtype).to(device);
    }

    private static Tensor ones(DType dtype, long... sizes) {
        return Tensor.ones(sizes).to(dtype).to(device);
    }

    private static Tensor result(DType dtype, long... sizes) {
        return Tensor.zeros(Shape.of(sizes), dtype, device);
    }

    private static MatMuls products(boolean tf32) {
        context.bind();
        return new MatMuls(context, libraries.newCublas(), tf32);
    }

    private static float expected(boolean tf32) {
        return tf32 ? 4 : 4 * FACTOR;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void plainTransposedAndBatchedProductsAreAsAskedFor(boolean tf32) {
        try (MatMuls products = products(tf32)) {
            Tensor plain = result(DType.F32, 3, 2);
            products.multiply(factors(DType.F32, 3, 4), ones(DType.F32, 4, 2), plain);
            Tensor transposed = result(DType.F32, 3, 2);
            products.multiply(
                    ones(DType.F32, 4, 3).t(), factors(DType.F32, 2, 4).t(), transposed);
            Tensor batched = result(DType.F32, 5, 3, 2);
            products.multiply(factors(DType.F32, 5, 3, 4), ones(DType.F32, 5, 4, 2), batched);
            for (Tensor each : List.of(plain, transposed, batched)) {
                assertThat(each.toFloatArray()).containsOnly(expected(tf32));
            }
        }
    }

    @Test
    void otherTypesAreNotAskedForTf32() {
        try (MatMuls products = products(true)) {
            Tensor doubles = result(DType.F64, 3, 2);
            products.multiply(factors(DType.F64, 3, 4), ones(DType.F64, 4, 2), doubles);
            assertThat(doubles.toDoubleArray()).containsOnly(4.0 * FACTOR);
            Tensor halves = result(DType.BF16, 3, 2);
            products.multiply(ones(DType.BF16, 3, 4), ones(DType.BF16, 4, 2), halves);
            assertThat(halves.toFloatArray()).containsOnly(4);
        }
    }

    /** They multiply by kernels of their own, in F32 whatever cuBLAS may do. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void convolutionsAndAttentionAreOfTrueF32(boolean tf32) {
        try (MatMuls products = products(tf32)) {
            Fusions fusions = new Fusions(context, products);
            Op convolution = new Op.Convolution(new ConvolutionGeometry(List.of(1), List.of(0), List.of(1), 1));
            Tensor filtered = result(DType.F32, 2, 9, 5);
            execute(fusions, convolution, filtered, factors(DType.F32, 2, 4, 5), ones(DType.F32, 9, 4, 1));
            assertThat(filtered.toFloatArray()).containsOnly(4 * FACTOR);

            Tensor attended = result(DType.F32, 2, 3, 4);
            TensorView[] in = {ones(DType.F32, 2, 3, 4), ones(DType.F32, 2, 1, 4), factors(DType.F32, 2, 1, 4)};
            TensorView[] out = {attended, result(DType.F32, 2, 3, 1)};
            fusions.execute(new Op.Attention(1, false), in, out);
            assertThat(attended.toFloatArray()).containsOnly(FACTOR); // the only key has all the weight
        }
    }

    private static void execute(Fusions fusions, Op op, TensorView out, TensorView... in) {
        fusions.execute((Op.Composite) op, in, new TensorView[] {out});
    }

    /** An LSTM's product of inputs is cuBLAS's: its gates differ where TF32 is allowed. */
    @Test
    void productsWithinRecurrentLayersAreAsAskedFor() {
        assertThat(inputGate(false)).isNotEqualTo(inputGate(true));
        assertThat(inputGate(true)).isEqualTo(sigmoid(4));
        assertThat(inputGate(false)).isEqualTo(sigmoid(4 * FACTOR));
    }

    private static float sigmoid(float x) {
        return Tensor.of(x).to(device).sigmoid().itemFloat();
    }

    private static float inputGate(boolean tf32) {
        Tensor state = result(DType.F32, 1, 2);
        TensorView[] in = {
            factors(DType.F32, 1, 1, 4),
            state,
            state,
            ones(DType.F32, 8, 4),
            result(DType.F32, 8, 2),
            result(DType.F32, 8)
        };
        Tensor gates = result(DType.F32, 1, 1, 8);
        TensorView[] out = {result(DType.F32, 1, 1, 2), result(DType.F32, 1, 1, 2), gates};
        try (MatMuls products = products(tf32)) {
            new Fusions(context, products).execute(new Op.LstmSteps(false), in, out);
            return gates.toFloatArray()[0];
        }
    }

    @Test
    void withoutThePropertyItIsTrueF32() {
        assertThat(factors(DType.F32, 3, 4).mm(ones(DType.F32, 4, 2)).toFloatArray())
                .containsOnly(4 * FACTOR);
        assertThat(Flag.ALLOW_TF32.isSet()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "TRUE, true", "false, false"})
    void thePropertyAllowsIt(String value, boolean tf32) {
        System.setProperty(PROPERTY, value);
        CudaBackend backend = new CudaBackend(libraries);
        Tensor product = result(DType.F32, 3, 2);
        TensorView[] in = {factors(DType.F32, 3, 4), ones(DType.F32, 4, 2)};
        context.synchronize();
        backend.execute(new Op.MatMul(), in, new TensorView[] {product});
        assertThat(product.toFloatArray()).containsOnly(expected(tf32));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "1", ""})
    void otherValuesAreRefused(String value) {
        System.setProperty(PROPERTY, value);
        assertThatThrownBy(() -> new CudaBackend(libraries))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the system property gatun.cuda.allowTf32 is \"" + value
                        + "\": expected true or false, or no such property for false");
    }
}
