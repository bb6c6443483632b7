package io.gatun.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of tensors. Literals are PyTorch 1.13's. */
class ProductsTest {
    private static final double NAN = Double.NaN;

    private static Tensor arange(long... shape) {
        return Tensor.arange(Shape.of(shape).numel())
                .to(On.REFERENCE)
                .to(DType.F64)
                .reshape(shape);
    }

    private static Tensor longs(long... shape) {
        return arange(shape).to(DType.I64);
    }

    private static Tensor ones(long... shape) {
        return Tensor.ones(Shape.of(shape), DType.F64, On.REFERENCE);
    }

    private static Shape shape(String sizes) {
        return sizes.equals(".")
                ? Shape.scalar()
                : Shape.of(Arrays.stream(sizes.split("x", -1))
                        .mapToLong(Long::parseLong)
                        .toArray());
    }

    /**
     * Equations drawn at random: with ellipses in and outside of the result, repeated labels, operands without labels, and
     * sizes of 1 that broadcast. Element i of operand k is (7i + 3k) mod 11 - 5; of the result the sum of its elements,
     * each times its index modulo 13 plus one, is compared.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            bd...,e...aa->d...a|1x1 1x3x3x3|1x3x3|-25
            c,ad->a|4 1x4|1|0
            dc,acb->|1x4 3x4x4|.|-10
            c...de,d...da->...a|2x2x1 2x3x2x3|3x3|182
            ac,|4x3 .|4x3|98
            eY , d ,  -> Ye|3x2 1 .|2x3|-18
            ,bb|. 2x2|.|25
            e,ea,b->e|2 2x4 4|2|14
            d->|4|.|0
            ece|3x2x3|2|16
            a , bb -> a|1 2x2|1|25
            aee,a...->...|1x2x2 1|.|0
            ba->|3x1|.|-5
            ba,bba,dcb->d|1x2 1x1x2 3x2x1|3|60
            ...ce,...cb->c...eb|1x4x2 4x1|4x1x2x1|-25
            eYe,...,ea...|3x1x3 . 3x4|1x4|248
            ce,c->c|4x1 4|4|-36
            b...d , cc|1x1x2 1x1|1x1x2|2
            adb,c|2x1x2 3|2x2x3x1|156
            d...dY,a...->...a|3x3x1 3x1|1x3|-88
            Ya,dd|1x1 3x3|1x1|-5
            a...->...a|2|2|-1
            a,bd|2 4x2|2x4x2|45
            ...b->...|3x3|3|1
            ca->ac|4x1|1x4|13
            c,eb,->ce|1 1x2 .|1x1|-15
            ce,d|1x3 1|1x1x3|14
            bba,daa->bd|4x4x2 1x2x2|4x1|25
            ...b , ...b -> |2x1 3x2x1|.|-11
            ,cca->|. 1x1x1|.|10
            b...a -> a...|1x3x2x4|4x3x2|-28
            cb->c|4x2|4|13
            a , deb -> be|2 3x2x2|2x2|27
            cd,dd|1x3 3x3|1|20
            ee,a|3x3 1|1|16
            cb , cd|1x2 1x3|2x3|-9
            ...,ce->c...|1x3 1x4|1x1x3|-7
            ...c,b,Y...|1x2 4 1|1x1x4x2|11
             , ... -> |. .|.|10
            aa->|3x3|.|-8
            X,be->Xe|1 4x2|1x2|-45
             , a -> |. 1|.|10
            bb->b|4x4|4|-10
            ab,ac,be->ea|3x1 3x3 1x4|4x3|-218
            ,d|. 3|3|-55
            bb,e|2x2 3|3|0
            Y...->Y|1x3|1|-5
            ,ed,Xac|. 3x2 4x1x4|4x1x4x2x3|-885
            """)
    void einsumIsThatOfPyTorch(String equation, String operands, String expectedShape, double expected) {
        String[] shapes = operands.split(" ", -1);
        Tensor[] tensors = new Tensor[shapes.length];
        for (int k = 0; k < tensors.length; k++) {
            Shape shape = shape(shapes[k]);
            double[] values = new double[(int) shape.numel()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (i * 7 + k * 3) % 11 - 5;
            }
            tensors[k] = On.doubles(values).reshape(shape);
        }
        Tensor result = Tensor.einsum(equation, tensors);
        assertThat(result.shape()).isEqualTo(shape(expectedShape));
        double sum = 0;
        double[] values = result.toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            sum += values[i] * (i % 13 + 1);
        }
        assertThat(sum).isEqualTo(expected);
    }

    @Test
    void einsumSortsLabelsByCodeWithoutAnArrow() {
        assertThat(Tensor.einsum("aB", arange(2, 3)).shape()).isEqualTo(Shape.of(3, 2));
        assertThat(Tensor.einsum("i...", arange(2, 3)).shape()).isEqualTo(Shape.of(3, 2));
        assertThat(Tensor.einsum("bij->b", ones(0, 2, 2)).shape()).isEqualTo(Shape.of(0));
    }

    @ParameterizedTest
    @CsvSource({"ij->iij", "ij->k", "i..", "......", "ij->ji->", "i1", "ii->i", "ijk", "i", "'ij,ij'", "\u00e4j->j"})
    void einsumRefusesWhatPyTorchRefuses(String equation) {
        assertThatThrownBy(() -> Tensor.einsum(equation, arange(2, 3)))
                .isInstanceOf(ShapeException.class)
                .hasMessageStartingWith("einsum: ");
    }

    @Test
    void productsAreStrictAboutRanks() {
        Tensor matrix = arange(2, 3);
        Tensor vector = arange(3);
        Tensor number = On.doubles(2).reshape(Shape.scalar());
        Tensor batch = arange(2, 2, 3);
        refused("matmul", () -> number.matmul(matrix));
        refused("matmul", () -> matrix.matmul(number));
        refused("mm", () -> matrix.mm(vector));
        refused("mm", () -> batch.mm(matrix.t()));
        refused("mv", () -> vector.mv(vector));
        refused("mv", () -> batch.mv(vector));
        refused("dot", () -> matrix.dot(vector));
        refused("dot", () -> vector.dot(arange(2)));
        refused("vdot", () -> matrix.vdot(matrix));
        refused("bmm", () -> matrix.bmm(matrix));
        refused("bmm", () -> batch.bmm(arange(1, 3, 2)));
        refused("outer", () -> matrix.outer(vector));
        refused("addmm", () -> number.addmm(batch, matrix));
        refused("addmv", () -> number.addmv(vector, vector));
        refused("addbmm", () -> number.addbmm(batch, arange(1, 3, 2)));
        refused("baddbmm", () -> number.baddbmm(matrix, matrix));
        refused("addr", () -> number.addr(matrix, vector));
        assertThatThrownBy(() -> matrix.to(DType.BOOL).matmul(vector.to(DType.BOOL)))
                .isInstanceOf(DTypeException.class);
    }

    private static void refused(String operator, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ShapeException.class).hasMessageStartingWith(operator + ": ");
    }

    @Test
    void matmulPairsEveryRank() {
        long[][] left = {{3}, {2, 3}, {4, 2, 3}, {5, 1, 2, 3}};
        long[][] right = {{3}, {3, 2}, {4, 3, 2}, {4, 3, 2}};
        String[][] expected = {
            {".", "2", "4x2", "4x2"},
            {"2", "2x2", "4x2x2", "4x2x2"},
            {"4x2", "4x2x2", "4x2x2", "4x2x2"},
            {"5x1x2", "5x1x2x2", "5x4x2x2", "5x4x2x2"}
        };
        for (int i = 0; i < left.length; i++) {
            for (int j = 0; j < right.length; j++) {
                assertThat(arange(left[i]).matmul(arange(right[j])).shape()).isEqualTo(shape(expected[i][j]));
            }
        }
    }

    @Test
    void innerAndOuterProducts() {
        Tensor a = arange(2, 3);
        Tensor v = arange(3);
        assertThat(a.inner(v).toDoubleArray()).containsExactly(5, 14);
        assertThat(a.inner(a).toDoubleArray()).containsExactly(5, 14, 14, 50);
        assertThat(a.inner(On.doubles(2).reshape(Shape.scalar())).toDoubleArray())
                .containsExactly(0, 2, 4, 6, 8, 10);
        assertThat(arange(2, 4, 3).inner(arange(5, 3)).shape()).isEqualTo(Shape.of(2, 4, 5));
        assertThat(v.vdot(v).item()).isEqualTo(5);
        assertThat(v.ger(arange(2)).toDoubleArray()).containsExactly(0, 0, 0, 1, 0, 2);
        refused("inner", () -> v.inner(arange(2)));
    }

    @Test
    void kroneckerProductsOfAnyRanks() {
        Tensor a = arange(2, 3);
        Tensor v = arange(3);
        double[] expected = {0, 0, 0, 0, 1, 2, 0, 2, 4, 0, 3, 6, 0, 4, 8, 0, 5, 10};
        assertThat(a.kron(v).toDoubleArray()).containsExactly(expected);
        assertThat(a.kron(v).shape()).isEqualTo(Shape.of(2, 9));
        assertThat(v.kron(a).shape()).isEqualTo(Shape.of(2, 9));
        assertThat(v.kron(a).narrow(1, 3, 3).reshape(-1).toDoubleArray()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(ones(0, 2).kron(a).shape()).isEqualTo(Shape.of(0, 6));
        assertThat(longs(2).kron(a).dtype()).isEqualTo(DType.F64);
        assertThat(a.to(DType.BOOL).kron(v.to(DType.BOOL)).dtype()).isEqualTo(DType.BOOL);
    }

    @Test
    void tensordotContractsLastWithFirstOrNamedDimensions() {
        Tensor a = arange(2, 3);
        assertThat(a.tensordot(a, 2).item()).isEqualTo(55);
        assertThat(a.tensordot(a, 0).shape()).isEqualTo(Shape.of(2, 3, 2, 3));
        assertThat(a.tensordot(arange(3), 1).toDoubleArray()).containsExactly(5, 14);
        assertThat(a.tensordot(a, new int[] {0}, new int[] {0}).toDoubleArray())
                .containsExactly(9, 12, 15, 12, 17, 22, 15, 22, 29);
        assertThat(a.tensordot(ones(1, 4), new int[] {0}, new int[] {0}).toDoubleArray())
                .containsExactly(3, 3, 3, 3, 5, 5, 5, 5, 7, 7, 7, 7);
        assertThat(arange(2, 3, 4)
                        .tensordot(arange(4, 5, 2), new int[] {-1, 0}, new int[] {0, 2})
                        .reshape(-1)
                        .toDoubleArray())
                .containsExactly(
                        1054, 1174, 1294, 1414, 1534, 1550, 1734, 1918, 2102, 2286, 2046, 2294, 2542, 2790, 3038);
        refused("tensordot", () -> a.tensordot(arange(2), 1));
        refused("tensordot", () -> a.tensordot(a, 3));
        refused("tensordot", () -> a.tensordot(a, new int[] {0}, new int[] {0, 1}));
    }

    @Test
    void crossProducts() {
        assertThat(longs(2, 3).cross(longs(2, 3).add(1)).toLongArray()).containsExactly(-1, 2, -1, -1, 2, -1);
        assertThat(arange(3, 2).cross(ones(3, 1), 0).toDoubleArray()).containsExactly(-2, -2, 4, 4, -2, -2);
        refused("cross", () -> arange(2, 3).cross(arange(3)));
        refused("cross", () -> arange(3, 2).cross(arange(3, 2)));
        assertThatThrownBy(() -> ones(3).to(DType.BOOL).cross(ones(3).to(DType.BOOL)))
                .isInstanceOf(DTypeException.class);
        assertThatThrownBy(() -> arange(3).cross(arange(3), 1)).isInstanceOf(TensorIndexException.class);
    }

    @Test
    void traces() {
        assertThat(arange(2, 3).trace().item()).isEqualTo(4);
        assertThat(longs(2, 3).to(DType.I32).trace().dtype()).isEqualTo(DType.I64);
        assertThat(ones(0, 0).trace().item()).isZero();
        refused("trace", () -> arange(2, 2, 2).trace());
    }

    @Test
    void productsAreAddedInThePlaceOfTheirShape() {
        Tensor two = On.doubles(2).reshape(Shape.scalar());
        assertThat(two.addmv(arange(2, 3), arange(3)).toDoubleArray()).containsExactly(7, 16);
        assertThat(two.addr(arange(3), arange(2), 2, 3).toDoubleArray()).containsExactly(4, 4, 4, 7, 4, 10);
        assertThat(two.addbmm(ones(4, 2, 3), ones(4, 3, 2)).toDoubleArray()).containsExactly(14, 14, 14, 14);
        assertThat(two.addbmm(ones(0, 2, 3), ones(0, 3, 2)).toDoubleArray()).containsExactly(2, 2, 2, 2);
        assertThat(two.baddbmm(ones(4, 2, 3), ones(4, 3, 2), 0.5, 1).toDoubleArray())
                .containsOnly(4)
                .hasSize(16);
        assertThat(longs(2, 3)
                        .addmm(longs(2, 3).narrow(1, 0, 2), longs(2, 3), 2, 3)
                        .toLongArray())
                .containsExactly(9, 14, 19, 42, 65, 88);
        refused("addmm", () -> ones(5, 5).addmm(ones(1, 2), ones(2, 1)));
        refused("addmv", () -> ones(2, 2).addmv(arange(2, 3), arange(3)));
        assertThatThrownBy(() -> longs(2, 2).addmm(longs(2, 2), longs(2, 2), 0.5, 1))
                .isInstanceOf(DTypeException.class)
                .hasMessageContaining("addmm: I64 cannot be multiplied by 0.5");
    }

    @Test
    void aBetaOfZeroLooksAtNothing() {
        Tensor nan = On.doubles(NAN, NAN, NAN, NAN).reshape(2, 2);
        assertThat(nan.addmm(ones(2, 2), ones(2, 2), 0, 1).toDoubleArray()).containsOnly(2);
        assertThat(nan.addmm(ones(2, 2), ones(2, 2), 1, 1).toDoubleArray()).containsOnly(NAN);
    }

    @Test
    void chainsOfMatrices() {
        Tensor a = arange(2, 3);
        Tensor v = arange(3);
        assertThat(Tensor.multiDot(v, a.t(), a, v).item()).isEqualTo(221);
        assertThat(Tensor.multiDot(v, v).item()).isEqualTo(5);
        assertThat(Tensor.multiDot(v, a.t()).toDoubleArray()).containsExactly(5, 14);
        assertThat(Tensor.chainMatmul(a, a.t(), a).toDoubleArray()).containsExactly(42, 61, 80, 150, 214, 278);
        assertThat(Tensor.chainMatmul(a)).isSameAs(a);
        assertThat(Tensor.multiDot(arange(2, 0), arange(0, 3), arange(3, 4)).shape())
                .isEqualTo(Shape.of(2, 4));
        refused("multiDot", () -> Tensor.multiDot(a));
        refused("multiDot", () -> Tensor.multiDot(a, v, a));
        refused("chainMatmul", () -> Tensor.chainMatmul(v, a.t()));
        refused("chainMatmul", () -> Tensor.chainMatmul(a, a));
    }
}
