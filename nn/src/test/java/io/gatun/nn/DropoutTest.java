package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatun.autograd.Autograd;
import io.gatun.autograd.Functional;
import io.gatun.tensor.Backward;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Device;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Dropout is a product with a mask that nobody keeps. */
class DropoutTest {
    private static final double P = 0.3;

    /** Written out. */
    private static Tensor mask(Tensor x, double p, Generator generator) {
        return Tensor.emptyLike(x.detach()).bernoulli_(1 - p, generator).mul_(1 / (1 - p));
    }

    private static List<Tensor> layouts(DType dtype, Device device) {
        Generator random = new Generator(4);
        Tensor x = Tensor.randn(Shape.of(30, 71), DType.F64, random).to(dtype).to(device);
        x.view(-1).narrow(0, 0, 8).fill_(Double.POSITIVE_INFINITY);
        x.view(-1).narrow(0, 8, 8).fill_(Double.NaN);
        List<Tensor> all = new ArrayList<>(List.of(
                x,
                x.t(),
                x.narrow(1, 3, 60),
                x.view(-1).narrow(0, 1, 2001),
                x.select(0, 3).select(0, 2),
                x.select(0, 5).expand(4, 71),
                x.narrow(0, 0, 0)));
        all.add(Tensor.randn(Shape.of(9, 10_001), DType.F64, random).to(dtype).to(device)); // for more than one thread
        return all;
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "F32", "F64"})
    void itIsTheProductWithTheMaskOfTheSameNumbers(DType dtype) {
        for (Device device : List.of(Device.of("simd"), Device.of("reference"))) {
            for (Tensor x : layouts(dtype, device)) {
                Generator one = new Generator(7);
                Generator other = new Generator(7);
                for (int time = 0; time < 2; time++) {
                    Tensor found = F.dropout(x, P, true, one);
                    Tensor expected = x.mul(mask(x, P, other));
                    assertThat(found.toDoubleArray()).isEqualTo(expected.toDoubleArray());
                    assertThat(found.dtype()).isEqualTo(dtype);
                }
                assertThat(one.getState().toLongArray())
                        .isEqualTo(other.getState().toLongArray());
            }
        }
    }

    @Test
    void theGradientHasTheSameMaskToTheSecondOrderAndForward() {
        Tensor x = Tensor.linspace(-2, 2, 101, DType.F64).requiresGrad_(true);
        Tensor mask = mask(x, P, new Generator(3));
        Tensor y = F.dropout(x, P, true, new Generator(3));
        Tensor g = Tensor.linspace(1, 3, 101, DType.F64).requiresGrad_(true);
        Tensor gradient = Autograd.grad(List.of(y.mul(g).sum()), List.of(x), Backward.createGraph())
                .get(0);
        assertThat(gradient.toDoubleArray()).isEqualTo(g.mul(mask).toDoubleArray());
        gradient.square().sum().backward();
        assertThat(g.grad().toDoubleArray())
                .isEqualTo(g.mul(mask).mul(2).mul(mask).toDoubleArray());
        Tensor direction = Tensor.linspace(5, 6, 101, DType.F64);
        Functional.Pushforward pushed = Functional.jvp(
                in -> F.dropout(in[0], P, true, new Generator(3)), List.of(x.detach()), List.of(direction));
        assertThat(pushed.tangent().toDoubleArray())
                .isEqualTo(direction.mul(mask).toDoubleArray());
    }

    @Test
    void whatIsCheckpointedDropsTheSameAgain() {
        for (boolean checkpointed : new boolean[] {false, true}) {
            Random.manualSeed(8);
            Tensor x = Tensor.linspace(-2, 2, 40).requiresGrad_(true);
            Tensor y = checkpointed
                    ? Autograd.checkpoint(in -> F.dropout(in[0].exp(), P, true).square(), x)
                    : F.dropout(x.exp(), P, true).square();
            F.dropout(y, P, true).sum().backward();
            Random.manualSeed(8);
            Tensor leaf = x.detach().clone().requiresGrad_(true);
            Tensor first = mask(leaf, P, Random.defaultGenerator());
            Tensor second = mask(leaf, P, Random.defaultGenerator());
            leaf.exp().mul(first).square().mul(second).sum().backward();
            assertThat(x.grad().toFloatArray()).isEqualTo(leaf.grad().toFloatArray());
        }
    }

    @Test
    void certaintiesDrawNothing() {
        Generator generator = new Generator(5);
        Tensor x = Tensor.of(new float[] {1, -2, Float.POSITIVE_INFINITY});
        assertThat(F.dropout(x, 0, true, generator)).isSameAs(x);
        assertThat(F.dropout(x, 1, true, generator).toFloatArray()).containsExactly(0f, -0f, Float.NaN);
        assertThat(generator.getState().toLongArray()).containsExactly(5, 0);
    }

    @Test
    void complexNumbersAreDroppedWhole() {
        Tensor x = Tensor.full(Shape.of(1000), Scalar.of(1.0), DType.C64, Device.cpu());
        Tensor y = F.dropout(x, 0.5, true, new Generator(1));
        assertThat(y.real().toFloatArray()).containsOnly(0, 2);
        assertThat(y.imag().toFloatArray()).containsOnly(0);
    }

    @Test
    void integersAreRefused() {
        Generator generator = new Generator(5);
        assertThatExceptionOfType(DTypeException.class)
                .isThrownBy(() -> F.dropout(Tensor.arange(4), P, true, generator))
                .withMessageContaining("dropout")
                .withMessageContaining("I64");
        assertThat(generator.getState().toLongArray()).containsExactly(5, 0);
    }
}
