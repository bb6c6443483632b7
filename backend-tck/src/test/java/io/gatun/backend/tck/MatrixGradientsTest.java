package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.autograd.Autograd;
import io.gatun.autograd.GradCheck;
import io.gatun.autograd.TensorFunction;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Eigh;
import io.gatun.tensor.Qr;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Svd;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results and gradients against PyTorch 1.13's, and gradients of both orders against differences. */
class MatrixGradientsTest {
    private static final Device REFERENCE = Device.of("reference");

    /** Element i is ((7i + 3i² + shift) mod 11 - 5) / 3. */
    private static Tensor numbers(Shape shape, int shift) {
        double[] values = new double[(int) shape.numel()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ((i * 7 + i * i * 3 + shift) % 11 - 5) / 3.0;
        }
        return Tensor.of(values, DType.F64, REFERENCE).reshape(shape);
    }

    private static Tensor right(Tensor x, long columns) {
        return numbers(x.shape().with(-1, columns), 4);
    }

    private static Tensor identity(Tensor x) {
        return Tensor.eye(x.size(-1), x.size(-1), x.dtype(), x.device());
    }

    private static Tensor regular(Tensor x) {
        return x.add(identity(x).mul(4.0));
    }

    private static Tensor definite(Tensor x) {
        return x.matmul(x.transpose(-1, -2)).add(identity(x));
    }

    private static Tensor symmetric(Tensor x) {
        return x.add(x.transpose(-1, -2));
    }

    private static Tensor apply(String function, Tensor x) {
        return switch (function) {
            case "inverse" -> regular(x).inverse();
            case "det" -> x.det();
            case "logAbsDet" -> regular(x).slogdet().logAbsDet();
            case "logdet" -> definite(x).logdet();
            case "solve" -> regular(x).solve(right(x, 2));
            case "solveRight" -> regular(x).solve(right(x, x.size(-1)), false);
            case "lower" -> regular(x).solveTriangular(right(x, 2), false);
            case "upperUnit" -> x.solveTriangular(right(x, 2), true, true, true);
            case "upperRight" -> regular(x).solveTriangular(right(x, x.size(-1)), true, false, false);
            case "cholesky" -> definite(x).cholesky();
            case "choleskyUpper" -> definite(x).cholesky(true);
            case "q" -> x.qr().q();
            case "r" -> x.qr().r();
            case "wideQ" -> x.qr(true).q();
            case "svdvals" -> x.svdvals();
            case "u" -> x.svd(false).u().square();
            case "vh" -> x.svd(false).vh().square();
            case "eigvalsh" -> symmetric(x).eigvalsh();
            case "eigenvectors" -> symmetric(x).eigh().eigenvectors().square();
            case "pinv" -> x.pinv();
            case "pinvHermitian" -> symmetric(x).pinv(null, null, true);
            case "power3" -> x.matrixPower(3);
            case "power-2" -> regular(x).matrixPower(-2);
            case "lstsq" -> x.lstsq(right(x, 2)).solution();
            case "norm nuc", "norm fro" -> x.matrixNorm(function.substring(5));
            case "norm inf" -> x.matrixNorm(Double.POSITIVE_INFINITY);
            case "norm -inf" -> x.matrixNorm(Double.NEGATIVE_INFINITY);
            default -> x.matrixNorm(Double.parseDouble(function.substring(5)));
        };
    }

    private static Shape shape(String sizes) {
        return sizes.equals(".")
                ? Shape.scalar()
                : Shape.of(Arrays.stream(sizes.split("x", -1))
                        .mapToLong(Long::parseLong)
                        .toArray());
    }

    private static Tensor weights(Shape shape, int factor, int modulus, double offset) {
        double[] values = new double[(int) shape.numel()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * factor % modulus - offset;
        }
        return Tensor.of(values, DType.F64, REFERENCE).reshape(shape);
    }

    /** The results' sum weighted by 5i mod 7 - 2.5, and that of its gradient weighted by 3i mod 5 - 1.5. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            inverse|3x3|3x3|-0.051724137931|-1.45451843044
            inverse|2x4x4|2x4x4|-3.32883274776|-10.8095207787
            inverse|1x1|1x1|-1.07142857143|-0.688775510204
            det|3x3|.|14.4444444444|50.2777777778
            det|2x4x4|2|-15.9567901235|-28.9351851852
            det|1x1|.|4.16666666667|3.75
            logAbsDet|3x3|.|-10.4145088155|0.676724137931
            logAbsDet|2x4x4|2|2.85746421945|14.0699201568
            logAbsDet|1x1|.|-2.11824465097|1.60714285714
            logdet|3x3|.|-11.2045402632|-11.5576117318
            logdet|2x4x4|2|-0.428517191026|-5.56926775964
            logdet|1x1|.|-3.3228398682|-3.30882352941
            solve|3x3|3x2|-1.1224137931|0.447898335315
            solve|2x4x4|2x4x2|-1.00190114835|-9.23717159326
            solve|1x1|1x2|-0.357142857143|-0.229591836735
            solveRight|3x3|3x3|-0.00229885057471|-2.50838089576
            solveRight|2x4x4|2x4x4|4.87862056127|7.28696942534
            solveRight|1x1|1x1|0.357142857143|0.229591836735
            lower|3x3|3x2|-1.27828054299|0.497802636544
            lower|2x4x4|2x4x2|-0.588535414166|-2.18767204886
            lower|1x1|1x2|-0.357142857143|-0.229591836735
            upperUnit|3x3|3x2|-6.42592592593|-3.5
            upperUnit|2x4x4|2x4x2|-1.59259259259|16.0740740741
            upperUnit|1x1|1x2|-0.833333333333|0
            upperRight|3x3|3x3|-0.30930833872|-1.70157004674
            upperRight|2x4x4|2x4x4|2.51231564054|-0.235917267004
            upperRight|1x1|1x1|0.357142857143|0.229591836735
            cholesky|3x3|3x3|1.74649192865|8.15032149607
            cholesky|2x4x4|2x4x4|-21.022518222|-12.3188192126
            cholesky|1x1|1x1|-4.85912657904|-3.21559847142
            choleskyUpper|3x3|3x3|9.8008511468|0.220584246998
            choleskyUpper|2x4x4|2x4x4|-13.8848497929|-3.37686740279
            choleskyUpper|1x1|1x1|-4.85912657904|-3.21559847142
            q|3x3|3x3|2.03230966821|-7.25057421551
            q|5x3|5x3|1.94521681488|-5.18066402952
            q|2x4x2|2x4x2|0.349309065253|-9.10771305916
            r|4x3|3x3|-19.078200441|-12.0680193903
            r|3x4|3x4|-3.46814110365|6.80061538842
            r|2x5x2|2x2x2|-16.7887956559|-14.7162262531
            r|3x3|3x3|-11.2060534828|0.194987523069
            wideQ|3x4|3x3|-0.530044011554|-0.472402302189
            wideQ|2x5|2x2|-1.41421356237|0
            svdvals|4x3|3|-1.5542585955|3.2975903706
            svdvals|3x4|3|-4.52071275022|1.89509667995
            svdvals|2x5x2|2x2|-5.55489699364|-2.97203251321
            svdvals|3x3|3|-3.57638776324|3.67839324541
            u|4x3|4x3|1.39961343772|-2.00171833952
            u|3x4|3x3|-2.22386210083|-3.26067285044
            u|2x5x2|2x5x2|1.39730728763|8.0931365711
            u|3x3|3x3|-0.674732047181|8.59967889049
            vh|4x3|3x3|1.18838921218|-0.272885648598
            vh|3x4|3x4|1.48106683575|0.680340508531
            vh|2x5x2|2x2x2|1.69966756072|-1.81063980702
            vh|3x3|3x3|2.40483294021|-2.77890244973
            eigvalsh|3x3|3|12.5671565882|24.8521936375
            eigvalsh|2x4x4|2x4|-28.6532377729|-5.27568665405
            eigvalsh|1x1|1|8.33333333333|7.5
            eigenvectors|3x3|3x3|-3.3856877853|0.960193449338
            eigenvectors|2x4x4|2x4x4|4.74952589405|-1.04648598535
            eigenvectors|1x1|1x1|-2.5|0
            pinv|4x3|3x4|-0.869029710417|4.55783710188
            pinv|3x4|4x3|-0.22635861222|3.02320814365
            pinv|2x5x2|2x2x5|1.49227064792|0.51278137344
            pinv|3x3|3x3|4.73076923077|-3.51479289941
            pinvHermitian|3x3|3x3|5.175|-28.018125
            power3|3x3|3x3|-30.6111111111|-74.3055555556
            power3|2x4x4|2x4x4|33|149.694444444
            power3|1x1|1x1|11.5740740741|31.25
            power-2|3x3|3x3|-0.351189060642|-1.17915443438
            power-2|2x4x4|2x4x4|-3.52040602194|-22.9640832146
            power-2|1x1|1x1|-0.459183673469|-0.590379008746
            lstsq|4x3|3x2|0.365644979316|-1.21923457674
            lstsq|2x5x2|2x2x2|0.152228229227|-4.28032113879
            lstsq|3x3|3x2|-3.67307692308|6.93897928994
            norm nuc|4x3|.|-17.7069951725|-8.09394272838
            norm nuc|2x5x2|2|-0.308015177654|-13.7210159827
            norm fro|4x3|.|-10.8012344973|-3.47182537415
            norm fro|2x5x2|2|-0.433665377472|-10.8128873621
            norm 2|4x3|.|-8.28555789029|-0.515774875946
            norm 2|2x5x2|2|-0.76544433267|-11.5934723412
            norm -2|4x3|.|-3.36267248429|-4.70600325735
            norm -2|2x5x2|2|0.457429155016|-2.12754364157
            norm 1|4x3|.|-13.3333333333|0
            norm 1|2x5x2|2|-1.66666666667|-5
            norm -1|4x3|.|-10|-5
            norm -1|2x5x2|2|0|-30
            norm inf|2x5x2|2|-2.5|-12.5
            norm -inf|2x5x2|2|2.5|12.5
            """)
    void resultsAndGradientsAreThoseOfPyTorch(
            String function, String operand, String expectedShape, double expected, double expectedGradient) {
        Tensor x = numbers(shape(operand), 0).requiresGrad_(true);
        Tensor result = apply(function, x);
        assertThat(result.shape()).isEqualTo(shape(expectedShape));
        Tensor sum = result.mul(weights(result.shape(), 5, 7, 2.5)).sum();
        assertThat(sum.item()).isCloseTo(expected, near(expected));
        Tensor gradient = Autograd.grad(sum, x).get(0);
        assertThat(gradient.mul(weights(x.shape(), 3, 5, 1.5)).sum().item())
                .isCloseTo(expectedGradient, near(expectedGradient));
    }

    private static Offset<Double> near(double expected) {
        return within(1e-9 * Math.max(1, Math.abs(expected)));
    }

    @ParameterizedTest
    @CsvSource({
        "inverse,2x2x2",
        "det,3x3",
        "logAbsDet,2x2x2",
        "logdet,2x2",
        "solve,2x2x2",
        "solveRight,2x2",
        "lower,2x2x2",
        "upperUnit,3x3",
        "upperRight,2x2",
        "cholesky,2x2x2",
        "choleskyUpper,3x3",
        "q,3x2",
        "q,2x2x2",
        "r,3x2",
        "r,2x3",
        "wideQ,2x3",
        "svdvals,2x3",
        "u,3x2",
        "u,2x3",
        "vh,3x2",
        "vh,2x3",
        "eigvalsh,3x3",
        "eigenvectors,3x3",
        "pinv,3x2",
        "pinv,2x3",
        "pinvHermitian,2x2",
        "power3,2x2",
        "power-2,2x2",
        "lstsq,3x2",
        "norm nuc,3x2",
        "norm 2,2x3"
    })
    void gradientsOfBothOrdersAreThoseOfDifferences(String function, String operand) {
        check(x -> apply(function, x), numbers(shape(operand), 0));
    }

    private static void check(UnaryOperator<Tensor> function, Tensor x) {
        Tensor leaf = x.clone().requiresGrad_(true);
        GradCheck.check(in -> function.apply(in[0]), leaf);
        GradCheck.checkSecondOrder(in -> function.apply(in[0]), leaf);
    }

    /** What is made of all factors at once, as a program would. */
    @Test
    void gradientsOfSeveralResultsFlowTogether() {
        check(
                in -> {
                    Svd svd = in.svd(false);
                    return svd.u().mul(svd.s().sin().unsqueeze(-2)).matmul(svd.vh());
                },
                numbers(Shape.of(3, 2), 0));
        check(
                in -> {
                    Qr qr = in.qr();
                    return qr.q().square().add(qr.q().matmul(qr.r().exp()));
                },
                numbers(Shape.of(3, 2), 0));
        check(
                in -> {
                    Eigh eigh = symmetric(in).eigh();
                    Tensor v = eigh.eigenvectors();
                    return v.mul(eigh.eigenvalues().exp().unsqueeze(-2)).matmul(v.transpose(-1, -2));
                },
                numbers(Shape.of(2, 2), 0));
        check(in -> regular(in).slogdet().logAbsDet().add(regular(in).slogdet().sign()), numbers(Shape.of(2, 2), 0));
    }

    @Test
    void bothOperandsOfASolutionHaveGradients() {
        Tensor a = regular(numbers(Shape.of(2, 2, 2), 0)).requiresGrad_(true);
        Tensor b = numbers(Shape.of(2, 3), 5).requiresGrad_(true);
        List<TensorFunction> functions = List.of(
                in -> in[0].solve(in[1]),
                in -> in[0].solveTriangular(in[1], true),
                in -> in[0].solveTriangular(in[1], false, true, true),
                in -> in[0].lstsq(in[1].expand(2, 2, 3)).solution());
        for (TensorFunction function : functions) {
            GradCheck.check(function, a, b);
            GradCheck.checkSecondOrder(function, a, b);
        }
    }

    /** The derivative is the adjugate, which every matrix has; PyTorch 1.13 gives zeros here. */
    @Test
    void aSingularMatrixHasADerivativeOfItsDeterminant() {
        Tensor rankTwo = Tensor.of(new double[][] {{1, 2, 3}, {2, 4, 6}, {1, 0, 1}}, DType.F64, REFERENCE);
        Tensor mixed = Tensor.stack(List.of(rankTwo, identity(rankTwo), rankTwo.mul(0.0)), 0);
        Tensor leaf = mixed.clone().requiresGrad_(true);
        GradCheck.check(in -> in[0].det(), leaf);
        Tensor gradient = Autograd.grad(leaf.det().sum(), leaf).get(0);
        assertThat(gradient.select(0, 0).toDoubleArray())
                .containsExactly(new double[] {4, 4, -4, -2, -2, 2, 0, 0, 0}, within(1e-12));
        assertThat(gradient.select(0, 2).abs().max().item()).isZero();
        GradCheck.checkSecondOrder(in -> in[0].det(), rankTwo.clone().requiresGrad_(true));
    }

    @Test
    void theLogarithmOfAZeroDeterminantHasNoDerivativeAndOthersOfItsBatchHave() {
        Tensor singular = Tensor.ones(Shape.of(2, 2), DType.F64, REFERENCE);
        Tensor leaf =
                Tensor.stack(List.of(singular, identity(singular).mul(2.0)), 0).requiresGrad_(true);
        Tensor gradient = Autograd.grad(leaf.slogdet().logAbsDet().sum(), leaf).get(0);
        assertThat(gradient.select(0, 0).toDoubleArray()).containsOnly(Double.NaN);
        assertThat(gradient.select(0, 1).toDoubleArray()).containsExactly(0.5, 0, 0, 0.5);
    }

    @Test
    void equalSingularValuesHaveGradientsByThemselves() {
        Tensor leaf = Tensor.eye(3, 3, DType.F64, REFERENCE).requiresGrad_(true);
        Tensor gradient = Autograd.grad(leaf.matrixNorm("nuc"), leaf).get(0);
        assertThat(gradient.toDoubleArray()).containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
    }

    @Test
    void pseudoInversesOfDeficientRankHaveGradientsWhereItIsConstant() {
        Tensor other = numbers(Shape.of(1, 2), 3);
        check(x -> x.matmul(other).pinv(1e-6, null, false), numbers(Shape.of(3, 1), 0));
    }

    @Test
    void whatIsNotUniqueHasNoGradient() {
        Tensor complete = Tensor.ones(Shape.of(3, 1), DType.F64, REFERENCE).requiresGrad_(true);
        assertThatThrownBy(() -> complete.qr(true).q().sum().backward())
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("use qr(false)");
    }

    @Test
    void batchesWithoutMatricesHaveGradientsWithoutElements() {
        Tensor leaf = Tensor.zeros(Shape.of(0, 3, 3), DType.F64, REFERENCE).requiresGrad_(true);
        assertThat(Autograd.grad(leaf.det().sum(), leaf).get(0).shape()).isEqualTo(Shape.of(0, 3, 3));
        assertThat(Autograd.grad(leaf.svd(false).u().sum(), leaf).get(0).shape())
                .isEqualTo(Shape.of(0, 3, 3));
    }
}
