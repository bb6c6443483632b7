package io.gatun.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Device;
import io.gatun.tensor.Eigh;
import io.gatun.tensor.Generator;
import io.gatun.tensor.LstSq;
import io.gatun.tensor.Qr;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.SlogDet;
import io.gatun.tensor.Svd;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValueException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is special: empty matrices and batches, refusals, shapes. Literals are PyTorch 1.13's. */
class MatricesTest {
    private static final Device REFERENCE = Device.of("reference");
    private static final double NAN = Double.NaN;

    private static Tensor doubles(Object array) {
        return Tensor.of(array, DType.F64, REFERENCE);
    }

    private static Tensor zeros(long... shape) {
        return Tensor.zeros(Shape.of(shape), DType.F64, REFERENCE);
    }

    private static Tensor ones(long... shape) {
        return Tensor.ones(Shape.of(shape), DType.F64, REFERENCE);
    }

    private static Tensor eye(long n) {
        return Tensor.eye(n, n, DType.F64, REFERENCE);
    }

    private static final Tensor SINGULAR = doubles(new double[][] {{1, 2}, {2, 4}});

    @Test
    void matricesWithoutElements() {
        Tensor none = zeros(0, 0);
        assertThat(none.det().item()).isEqualTo(1);
        assertThat(none.slogdet().sign().item()).isEqualTo(1);
        assertThat(none.slogdet().logAbsDet().item()).isZero();
        assertThat(none.inverse().shape()).isEqualTo(Shape.of(0, 0));
        assertThat(none.cholesky().shape()).isEqualTo(Shape.of(0, 0));
        assertThat(none.eigh().eigenvalues().shape()).isEqualTo(Shape.of(0));
        assertThat(none.solve(zeros(0, 2)).shape()).isEqualTo(Shape.of(0, 2));
        assertThat(eye(3).solve(zeros(3, 0)).shape()).isEqualTo(Shape.of(3, 0));
        assertThat(zeros(0, 3).pinv().shape()).isEqualTo(Shape.of(3, 0));
        assertThat(zeros(0, 3).matrixRank().itemLong()).isZero();
        Qr complete = zeros(3, 0).qr(true);
        assertThat(complete.q().toDoubleArray()).containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
        assertThat(complete.r().shape()).isEqualTo(Shape.of(3, 0));
        assertThat(zeros(0, 3).qr().r().shape()).isEqualTo(Shape.of(0, 3));
        Svd full = zeros(3, 0).svd();
        assertThat(full.u().toDoubleArray()).containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
        assertThat(full.vh().shape()).isEqualTo(Shape.of(0, 0));
        assertThat(zeros(0, 3).svd(false).vh().shape()).isEqualTo(Shape.of(0, 3));
        assertThat(zeros(0, 3).matrixNorm("nuc").item()).isZero();
        assertThat(zeros(0, 3).matrixNorm("fro").item()).isZero();
        assertThatThrownBy(() -> zeros(0, 3).matrixNorm(2)).isInstanceOf(ShapeException.class);
    }

    @Test
    void batchesWithoutMatrices() {
        Tensor none = zeros(0, 3, 3);
        assertThat(none.det().shape()).isEqualTo(Shape.of(0));
        assertThat(none.inverse().shape()).isEqualTo(Shape.of(0, 3, 3));
        assertThat(none.svd().s().shape()).isEqualTo(Shape.of(0, 3));
        assertThat(none.qr(true).r().shape()).isEqualTo(Shape.of(0, 3, 3));
        assertThat(none.matrixRank().shape()).isEqualTo(Shape.of(0));
        assertThat(none.cholesky(true).shape()).isEqualTo(Shape.of(0, 3, 3));
    }

    @Test
    void determinantsOfPlainNumbersAreExact() {
        assertThat(doubles(new double[][] {{1, 2}, {3, 4}}).det().item()).isEqualTo(-2);
        assertThat(SINGULAR.det().item()).isZero();
        SlogDet singular = SINGULAR.slogdet();
        assertThat(singular.sign().item()).isZero();
        assertThat(singular.logAbsDet().item()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(SINGULAR.logdet().item()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(eye(3).neg().logdet().item()).isNaN();
        assertThat(eye(3).neg().slogdet().sign().item()).isEqualTo(-1);
        Tensor permutation =
                eye(5).indexSelect(0, Tensor.of(new long[] {1, 2, 0, 4, 3}).to(REFERENCE));
        assertThat(permutation.det().item()).isEqualTo(-1);
        assertThat(eye(400).mul(1e-2).det().item()).isZero();
        assertThat(eye(400).mul(1e-2).slogdet().logAbsDet().item()).isCloseTo(400 * Math.log(1e-2), within(1e-9));
    }

    @Test
    void solutionsTakeVectorsAndBroadcast() {
        Tensor a = doubles(new double[][] {{2, 1}, {1, 3}});
        Tensor b = doubles(new double[] {3, 5});
        assertThat(a.solve(b).toDoubleArray()).containsExactly(new double[] {0.8, 1.4}, within(1e-15));
        assertThat(a.solve(b, false).toDoubleArray()).containsExactly(new double[] {0.8, 1.4}, within(1e-15));
        assertThat(a.expand(4, 2, 2).solve(b).shape()).isEqualTo(Shape.of(4, 2));
        assertThat(a.expand(4, 2, 2).solve(ones(4, 2)).shape()).isEqualTo(Shape.of(4, 2));
        assertThat(a.expand(4, 2, 2).solve(ones(2, 5)).shape()).isEqualTo(Shape.of(4, 2, 5));
        assertThat(a.solve(ones(4, 2, 3)).shape()).isEqualTo(Shape.of(4, 2, 3));
        assertThat(a.solve(ones(4, 3, 2), false).shape()).isEqualTo(Shape.of(4, 3, 2));
        assertThatThrownBy(() -> a.solve(ones(3, 2)))
                .isInstanceOf(ShapeException.class)
                .hasMessageStartingWith("solve: shapes (2, 2) and (3, 2) do not fit");
        assertThatThrownBy(() -> a.solve(b.toFloat())).isInstanceOf(DTypeException.class);
    }

    @Test
    void triangularSolutionsReadOneTriangle() {
        Tensor a = doubles(new double[][] {{2, 100}, {100, 4}});
        Tensor b = doubles(new double[][] {{2}, {4}});
        assertThat(a.tril().solveTriangular(b, true).toDoubleArray()).containsExactly(1, 1);
        assertThat(a.triu().solveTriangular(b, false).toDoubleArray()).containsExactly(1, 1);
        assertThat(a.solveTriangular(b, true, true, true).toDoubleArray()).containsExactly(-398, 4);
        assertThat(zeros(2, 2).solveTriangular(ones(2, 1), true).toDoubleArray())
                .containsExactly(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        assertThat(b.triangularSolve(a, true, true, false).toDoubleArray())
                .isEqualTo(a.t().solveTriangular(b, false).toDoubleArray());
        Tensor definite = doubles(new double[][] {{4, 2}, {2, 5}});
        assertThat(b.choleskySolve(definite.cholesky(), false).toDoubleArray())
                .containsExactly(definite.solve(b).toDoubleArray(), within(1e-15));
        assertThat(b.choleskySolve(definite.cholesky(true), true).toDoubleArray())
                .containsExactly(definite.solve(b).toDoubleArray(), within(1e-15));
    }

    @Test
    void onlyOneTriangleOfASymmetricMatrixIsRead() {
        Tensor a = doubles(new double[][] {{4, 99}, {2, 5}});
        assertThat(a.cholesky().toDoubleArray()).containsExactly(2, 0, 1, 2);
        assertThat(a.t().cholesky(true).toDoubleArray()).containsExactly(2, 1, 0, 2);
        Tensor b = doubles(new double[][] {{1, 9}, {2, 1}});
        assertThat(b.eigh().eigenvalues().toDoubleArray()).containsExactly(new double[] {-1, 3}, within(1e-14));
        assertThat(b.eigh(true).eigenvalues().toDoubleArray()).containsExactly(new double[] {-8, 10}, within(1e-14));
    }

    @Test
    void refusalsNameTheMatrixOfTheBatch() {
        Tensor batch =
                Tensor.stack(List.of(eye(2), SINGULAR, eye(2), SINGULAR), 0).reshape(2, 2, 2, 2);
        assertThatThrownBy(batch::inverse)
                .isInstanceOf(ValueException.class)
                .hasMessage("inverse: matrix (0, 1) of the batch of shape (2, 2, 2, 2) is singular, pivot 1 is zero:"
                        + " pinv() and lstsq() take such matrices");
        assertThatThrownBy(() -> SINGULAR.solve(eye(2)))
                .isInstanceOf(ValueException.class)
                .hasMessageStartingWith("solve: the matrix of shape (2, 2) is singular");
        Tensor indefinite = doubles(new double[][] {{1, 0, 0, 0}, {0, 2, 3, 0}, {0, 3, 1, 0}, {0, 0, 0, 1}});
        assertThatThrownBy(() -> Tensor.stack(List.of(eye(4), indefinite), 0).cholesky())
                .isInstanceOf(ValueException.class)
                .hasMessage("cholesky: matrix (1) of the batch of shape (2, 4, 4) is not positive definite: its leading"
                        + " minor of order 3 is not");
        assertThatThrownBy(() -> eye(2).neg().cholesky()).hasMessageContaining("order 1");
        Tensor nan = doubles(new double[][] {{1, NAN}, {NAN, 1}});
        for (Function<Tensor, Object> call :
                List.<Function<Tensor, Object>>of(Tensor::svdvals, Tensor::eigh, Tensor::pinv, Tensor::matrixRank)) {
            assertThatThrownBy(() -> call.apply(nan))
                    .isInstanceOf(ValueException.class)
                    .hasMessageContaining("has an element NaN");
        }
        assertThatThrownBy(nan::cholesky).isInstanceOf(ValueException.class);
        assertThat(nan.det().item()).isNaN();
        assertThat(nan.inverse().toDoubleArray()).containsOnly(NAN);
        assertThat(nan.qr().r().toDoubleArray()[0]).isNaN();
    }

    @Test
    void shapesThatAreNoSquareMatricesAreRefused() {
        List<Function<Tensor, Object>> square = List.of(
                Tensor::inverse,
                Tensor::det,
                Tensor::slogdet,
                Tensor::cholesky,
                Tensor::eigh,
                x -> x.solve(ones(2, 2)),
                x -> x.solveTriangular(ones(2, 2), true),
                x -> x.matrixPower(2));
        List<Function<Tensor, Object>> any = List.of(Tensor::qr, Tensor::svd, Tensor::pinv, Tensor::matrixRank);
        for (Function<Tensor, Object> call : square) {
            assertThatThrownBy(() -> call.apply(ones(2, 3))).isInstanceOf(ShapeException.class);
            assertThatThrownBy(() -> call.apply(ones(3))).isInstanceOf(ShapeException.class);
        }
        for (Function<Tensor, Object> call : any) {
            assertThatThrownBy(() -> call.apply(ones(3))).isInstanceOf(ShapeException.class);
        }
        assertThatThrownBy(() -> ones(2, 3).det())
                .hasMessage("det: shape (2, 3) has matrices of 2 by 3: they must be square");
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F16", "BF16", "I32", "I64", "BOOL"})
    void otherDTypesAreRefusedWithTheRemedy(DType dtype) {
        Tensor x = eye(2).to(dtype);
        List<Function<Tensor, Object>> calls = List.of(
                Tensor::inverse,
                Tensor::det,
                Tensor::cholesky,
                Tensor::qr,
                Tensor::svd,
                Tensor::eigh,
                Tensor::pinv,
                Tensor::matrixRank,
                y -> y.solve(y),
                y -> y.matrixPower(-1),
                y -> y.matrixNorm("nuc"));
        for (Function<Tensor, Object> call : calls) {
            assertThatThrownBy(() -> call.apply(x))
                    .isInstanceOf(DTypeException.class)
                    .hasMessageContaining("not defined for " + dtype + ": cast with toFloat() or toDouble() first");
        }
    }

    @Test
    void floatsAreComputedInDoubleAndRoundedOnce() {
        Tensor hilbert = zeros(6, 6);
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 6; j++) {
                hilbert.select(0, i).select(0, j).fill_(1.0 / (i + j + 1));
            }
        }
        Tensor floats = hilbert.toFloat();
        assertThat(floats.inverse().dtype()).isEqualTo(DType.F32);
        assertThat(floats.inverse().toFloatArray())
                .isEqualTo(floats.toDouble().inverse().toFloat().toFloatArray());
        assertThat(floats.svdvals().toFloatArray())
                .isEqualTo(floats.toDouble().svdvals().toFloat().toFloatArray());
    }

    @Test
    void transposedAndBroadcastMatricesAreReadAsTheyLie() {
        Tensor a = doubles(new double[][] {{2, 1}, {7, 3}});
        assertThat(a.t().inverse().toDoubleArray())
                .isEqualTo(a.t().contiguous().inverse().toDoubleArray());
        Tensor batch = a.expand(3, 2, 2);
        assertThat(batch.det().toDoubleArray()).containsExactly(new double[] {-1, -1, -1}, within(1e-14));
    }

    @Test
    void qrHasTheSignsOfLapack() {
        Qr tall = doubles(new double[][] {{1, 2}, {3, 4}, {5, 7}}).qr(true);
        assertThat(tall.r().toDoubleArray())
                .containsExactly(
                        new double[] {-5.916079783099616, -8.282511696339462, 0, 0.6324555320336759, 0, 0},
                        within(1e-14));
        assertThat(tall.q().select(1, 2).toDoubleArray())
                .containsExactly(
                        new double[] {-0.2672612419124244, -0.8017837257372732, 0.5345224838248488}, within(1e-14));
        Tensor triangular = doubles(new double[][] {{1, 2, 3}, {0, -5, 9}, {0, 0, 2}});
        assertThat(triangular.qr().q().toDoubleArray()).isEqualTo(eye(3).toDoubleArray());
    }

    @Test
    void leastSquares() {
        LstSq fit = doubles(new double[][] {{1, 0}, {0, 1}, {1, 1}}).lstsq(doubles(new double[][] {{1}, {2}, {4}}));
        assertThat(fit.solution().toDoubleArray()).containsExactly(new double[] {4.0 / 3, 7.0 / 3}, within(1e-14));
        assertThat(fit.residuals().toDoubleArray()).containsExactly(new double[] {1.0 / 3}, within(1e-14));
        assertThat(fit.rank().itemLong()).isEqualTo(2);
        assertThat(fit.singularValues().toDoubleArray()).containsExactly(new double[] {Math.sqrt(3), 1}, within(1e-14));
        LstSq deficient = ones(4, 2).lstsq(ones(4));
        assertThat(deficient.solution().toDoubleArray()).containsExactly(new double[] {0.5, 0.5}, within(1e-14));
        assertThat(deficient.residuals().shape()).isEqualTo(Shape.of(0));
        assertThat(deficient.rank().itemLong()).isEqualTo(1);
        assertThatThrownBy(() -> eye(3).lstsq(ones(2, 3))).isInstanceOf(ShapeException.class);
    }

    @Test
    void ranksAndPseudoInversesTakeTolerances() {
        Tensor graded = eye(3).mul(doubles(new double[] {1, 1e-3, 1e-9}));
        assertThat(graded.matrixRank().itemLong()).isEqualTo(3);
        assertThat(graded.matrixRank(1e-2, null, false).itemLong()).isEqualTo(1);
        assertThat(graded.matrixRank(null, 1e-4, false).itemLong()).isEqualTo(2);
        assertThat(graded.neg().matrixRank(null, 1e-4, true).itemLong()).isEqualTo(2);
        assertThat(graded.pinv(null, 1e-4, false).diagonal().toDoubleArray())
                .containsExactly(new double[] {1, 1e3, 0}, within(1e-9));
        assertThat(SINGULAR.pinverse().toDoubleArray())
                .containsExactly(new double[] {0.04, 0.08, 0.08, 0.16}, within(1e-14));
    }

    @Test
    void powers() {
        Tensor a = Tensor.of(new long[][] {{0, 1}, {3, 4}}, DType.I64, REFERENCE);
        assertThat(a.matrixPower(3).toLongArray()).containsExactly(12, 19, 57, 88);
        assertThat(a.matrixPower(0).toLongArray()).containsExactly(1, 0, 0, 1);
        assertThat(a.matrixPower(1)).isNotSameAs(a);
        assertThat(a.toDouble().matrixPower(-1).matmul(a.toDouble()).toDoubleArray())
                .containsExactly(new double[] {1, 0, 0, 1}, within(1e-14));
    }

    @Test
    void normsOfMatricesOverAnyTwoDimensions() {
        Tensor x = ones(2, 3, 4);
        assertThat(x.matrixNorm(1, Axes.of(0, 2), true).shape()).isEqualTo(Shape.of(1, 3, 1));
        assertThat(x.matrixNorm(1, Axes.of(0, 2), false).toDoubleArray()).containsExactly(2, 2, 2);
        assertThat(x.matrixNorm(Double.POSITIVE_INFINITY, Axes.of(0, 2), false).toDoubleArray())
                .containsExactly(4, 4, 4);
        assertThat(x.matrixNorm(2, Axes.of(0, 2), true).shape()).isEqualTo(Shape.of(1, 3, 1));
        assertThat(x.matrixNorm("nuc", Axes.of(-1, 0), false).toDoubleArray())
                .containsExactly(new double[] {Math.sqrt(8), Math.sqrt(8), Math.sqrt(8)}, within(1e-14));
        assertThatThrownBy(() -> x.matrixNorm(3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ones(3).matrixNorm("fro")).isInstanceOf(ShapeException.class);
    }

    @Test
    void hardMatricesAreDecomposed() {
        Tensor random = Tensor.rand(Shape.of(6, 6), DType.F64, new Generator(5)).to(REFERENCE);
        Tensor graded = random.mul(
                doubles(new double[] {1, 1e-4, 1e-8, 1e-12, 1e-16, 1e-20}).unsqueeze(1));
        Tensor jordan = eye(6).add(eye(6).roll(1, 1));
        List<Tensor> hard = List.of(
                random.mul(1e300), random.mul(1e-300), graded, jordan, zeros(6, 6), ones(6, 6), eye(6), random.triu(1));
        for (Tensor a : hard) {
            double scale = Math.max(a.abs().max().item(), Double.MIN_NORMAL);
            Tensor scaled = a.div(scale);
            Svd svd = a.svd();
            requireClose(svd.u().mul(svd.s().div(scale)).matmul(svd.vh()), scaled);
            requireClose(svd.u().t().matmul(svd.u()), eye(6));
            requireClose(svd.vh().matmul(svd.vh().t()), eye(6));
            Qr qr = a.qr();
            requireClose(qr.q().matmul(qr.r().div(scale)), scaled);
            requireClose(qr.q().t().matmul(qr.q()), eye(6));
            Tensor symmetric = a.div(2).add(a.t().div(2));
            Eigh eigh = symmetric.eigh();
            Tensor v = eigh.eigenvectors();
            requireClose(v.mul(eigh.eigenvalues().div(scale)).matmul(v.t()), symmetric.div(scale));
            requireClose(v.t().matmul(v), eye(6));
        }
    }

    private static void requireClose(Tensor actual, Tensor expected) {
        assertThat(actual.toDoubleArray()).containsExactly(expected.toDoubleArray(), within(2e-14));
    }
}
