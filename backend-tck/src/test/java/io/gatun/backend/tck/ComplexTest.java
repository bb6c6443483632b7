package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.autograd.GradCheck;
import io.gatun.tensor.Axes;
import io.gatun.tensor.Complex;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Device;
import io.gatun.tensor.Index;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Complex numbers on every backend, against what PyTorch 1.13 gives. */
class ComplexTest {
    private static final double[] A = {1, 2, -3, -1, 0, 0.5, 2, 0, -0.25, 0.75};
    private static final double[] B = {2, -1, 0, 1, -1.5, 0, 0.5, 0.5, 3, 4};

    private static Stream<Arguments> functions() {
        return onBoth(
                Arguments.of("exp", (UnaryOperator<Tensor>) Tensor::exp, new double[] {
                    -1.1312043837568135,
                    2.4717266720048188,
                    0.02690006784157161,
                    -0.041894373450204546,
                    0.8775825618903728,
                    0.479425538604203,
                    7.38905609893065,
                    0.0,
                    0.5698398640435622,
                    0.5308608000779941
                }),
                Arguments.of("log", (UnaryOperator<Tensor>) Tensor::log, new double[] {
                    0.8047189562170503,
                    1.1071487177940904,
                    1.151292546497023,
                    -2.819842099193151,
                    -0.6931471805599453,
                    1.5707963267948966,
                    0.6931471805599453,
                    0.0,
                    -0.2350018146228678,
                    1.892546881191539
                }),
                Arguments.of("log2", (UnaryOperator<Tensor>) Tensor::log2, new double[] {
                    1.1609640474436813,
                    1.5972779646881088,
                    1.6609640474436813,
                    -4.068172212595884,
                    -1.0,
                    2.266180070913597,
                    1.0,
                    0.0,
                    -0.33903595255631885,
                    2.7303680001449075
                }),
                Arguments.of("log10", (UnaryOperator<Tensor>) Tensor::log10, new double[] {
                    0.3494850021680094,
                    0.480828578784234,
                    0.5,
                    -1.2246418635180674,
                    -0.30102999566398114,
                    0.6821881769209206,
                    0.30102999566398114,
                    0.0,
                    -0.10205999132796238,
                    0.8219226672446944
                }),
                Arguments.of("sqrt", (UnaryOperator<Tensor>) Tensor::sqrt, new double[] {
                    1.272019649514069,
                    0.7861513777574233,
                    0.28484878459314106,
                    -1.755317301824428,
                    0.5,
                    0.5,
                    1.4142135623730951,
                    0.0,
                    0.5198891300277853,
                    0.7213076372263415
                }),
                Arguments.of("rsqrt", (UnaryOperator<Tensor>) Tensor::rsqrt, new double[] {
                    0.5688644810057831,
                    -0.3515775842541429,
                    0.09007709480450049,
                    0.5550800690066425,
                    1.0,
                    -1.0,
                    0.7071067811865475,
                    -0.0,
                    0.6576135126604956,
                    -0.912390010923879
                }),
                Arguments.of("reciprocal", (UnaryOperator<Tensor>) Tensor::reciprocal, new double[] {
                    0.2, -0.4, -0.3, 0.1, 0.0, -2.0, 0.5, -0.0, -0.4, -1.2
                }),
                Arguments.of("square", (UnaryOperator<Tensor>) Tensor::square, new double[] {
                    -3.0, 4.0, 8.0, 6.0, -0.25, 0.0, 4.0, 0.0, -0.5, -0.375
                }),
                Arguments.of("sin", (UnaryOperator<Tensor>) Tensor::sin, new double[] {
                    3.165778513216168,
                    1.9596010414216063,
                    -0.21775955162215221,
                    1.1634403637032504,
                    0.0,
                    0.5210953054937474,
                    0.9092974268256817,
                    -0.0,
                    -0.320309770609702,
                    0.796752896153128
                }),
                Arguments.of("cos", (UnaryOperator<Tensor>) Tensor::cos, new double[] {
                    2.0327230070196656,
                    -3.0518977991518,
                    -1.5276382501165433,
                    -0.1658444019189788,
                    1.1276259652063807,
                    -0.0,
                    -0.4161468365471424,
                    -0.0,
                    1.2544347167045338,
                    0.20344441524216456
                }),
                Arguments.of("tan", (UnaryOperator<Tensor>) Tensor::tan, new double[] {
                    0.03381282607989669,
                    1.0147936161466335,
                    0.05916853956605073,
                    -0.7680176472869112,
                    0.0,
                    0.46211715726000974,
                    -2.185039863261519,
                    0.0,
                    -0.14842931880709936,
                    0.6592212421345232
                }),
                Arguments.of("sinh", (UnaryOperator<Tensor>) Tensor::sinh, new double[] {
                    -0.4890562590412937,
                    1.4031192506220405,
                    -5.412680923178193,
                    -8.471645454300148,
                    0.0,
                    0.479425538604203,
                    3.626860407847019,
                    0.0,
                    -0.18483362034896397,
                    0.7030511464737356
                }),
                Arguments.of("cosh", (UnaryOperator<Tensor>) Tensor::cosh, new double[] {
                    -0.64214812471552,
                    1.0686074213827783,
                    5.439580991019764,
                    8.429751080849945,
                    0.8775825618903728,
                    0.0,
                    3.7621956910836314,
                    0.0,
                    0.7546734843925261,
                    -0.1721903463957415
                }),
                Arguments.of("tanh", (UnaryOperator<Tensor>) Tensor::tanh, new double[] {
                    1.16673625724092,
                    -0.2434582011857253,
                    -1.0020549882458116,
                    -0.004517137276658425,
                    0.0,
                    0.5463024898437905,
                    0.9640275800758168,
                    0.0,
                    -0.43483922061207736,
                    0.8323812131225697
                }),
                Arguments.of("sigmoid", (UnaryOperator<Tensor>) Tensor::sigmoid, new double[] {
                    1.0214153641721806,
                    0.4034387060815425,
                    0.027813506788689272,
                    -0.03966222740197834,
                    0.49999999999999994,
                    0.1276709606105181,
                    0.8807970779778823,
                    -0.0,
                    0.42836139903275744,
                    0.1933066754231148
                }),
                Arguments.of("abs", (UnaryOperator<Tensor>) Tensor::abs, new double[] {
                    2.23606797749979, 3.1622776601683795, 0.5, 2.0, 0.7905694150420949
                }),
                Arguments.of("angle", (UnaryOperator<Tensor>) Tensor::angle, new double[] {
                    1.1071487177940904, -2.819842099193151, 1.5707963267948966, 0.0, 1.892546881191539
                }),
                Arguments.of("sgn", (UnaryOperator<Tensor>) Tensor::sgn, new double[] {
                    0.4472135954999579,
                    0.8944271909999159,
                    -0.9486832980505138,
                    -0.31622776601683794,
                    0.0,
                    1.0,
                    1.0,
                    0.0,
                    -0.3162277660168379,
                    0.9486832980505137
                }));
    }

    private static Stream<Arguments> arithmetic() {
        return onBoth(
                Arguments.of("add", (BinaryOperator<Tensor>) Tensor::add, new double[] {
                    3.0, 1.0, -3.0, 0.0, -1.5, 0.5, 2.5, 0.5, 2.75, 4.75
                }),
                Arguments.of("sub", (BinaryOperator<Tensor>) Tensor::sub, new double[] {
                    -1.0, 3.0, -3.0, -2.0, 1.5, 0.5, 1.5, -0.5, -3.25, -3.25
                }),
                Arguments.of("mul", (BinaryOperator<Tensor>) Tensor::mul, new double[] {
                    4.0, 3.0, 1.0, -3.0, -0.0, -0.75, 1.0, 1.0, -3.75, 1.25
                }),
                Arguments.of("div", (BinaryOperator<Tensor>) Tensor::div, new double[] {
                    0.0, 1.0, -1.0, 3.0, 0.0, -0.3333333333333333, 2.0, -2.0, 0.09, 0.13
                }),
                Arguments.of("pow", (BinaryOperator<Tensor>) Tensor::pow, new double[] {
                    2.428447747683073,
                    14.93241486964456,
                    6.832255016366399,
                    15.31973033443082,
                    -1.9999999999999996,
                    -2.0,
                    1.3301274004259787,
                    0.48037599714809626,
                    6.430553592675837e-06,
                    -0.00025467772325930865
                }));
    }

    private static Stream<Arguments> onBoth(Arguments... cases) {
        return Stream.of("reference", "simd")
                .flatMap(backend ->
                        Stream.of(cases).map(one -> Arguments.of(backend, one.get()[0], one.get()[1], one.get()[2])));
    }

    /** The numbers of interleaved parts, on a backend. */
    private static Tensor complex(String backend, DType dtype, double... parts) {
        return Tensor.of(parts, dtype.toReal(), Device.of(backend))
                .reshape(-1, 2)
                .viewAsComplex();
    }

    private static double[] numbers(Tensor tensor) {
        return (tensor.isComplex() ? tensor.viewAsReal() : tensor).toDoubleArray();
    }

    private static void assertNear(Tensor actual, double[] expected, double tolerance) {
        assertThat(numbers(actual)).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(numbers(actual)[i]).as("number " + i).isCloseTo(expected[i], within(tolerance));
        }
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("functions")
    void functionsAreThoseOfPyTorch(String backend, String name, UnaryOperator<Tensor> function, double[] expected) {
        Tensor a = complex(backend, DType.C128, A);
        assertNear(function.apply(a), expected, 1e-12);
        assertNear(function.apply(a.to(DType.C64)), expected, 1e-5);
        Tensor strided = Tensor.zeros(Shape.of(5, 3), DType.C128, Device.of(backend))
                .select(1, 1)
                .copy_(a);
        assertNear(function.apply(strided), expected, 1e-12);
        assertThat(function.apply(a.to(DType.C64)).dtype().toReal()).isEqualTo(DType.F32);
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("arithmetic")
    void arithmeticIsThatOfPyTorch(String backend, String name, BinaryOperator<Tensor> operator, double[] expected) {
        Tensor a = complex(backend, DType.C128, A);
        Tensor b = complex(backend, DType.C128, B);
        assertNear(operator.apply(a, b), expected, 1e-13);
        assertNear(operator.apply(a.to(DType.C64), b.to(DType.C64)), expected, 1e-4);
        Tensor mixed = operator.apply(a, b.real());
        assertNear(mixed, numbers(operator.apply(a, b.real().to(DType.C128))), 0);
        assertThat(operator.apply(a.to(DType.C64), b.real().clone()).dtype()).isEqualTo(DType.C128);
        assertThat(operator.apply(a.real().to(DType.I64), b.to(DType.C64)).dtype())
                .isEqualTo(DType.C64);
        assertNear(operator.apply(a.unsqueeze(1), b.unsqueeze(0)).diagonal(), expected, 1e-13);
    }

    @Test
    void gradientsAreThoseOfPyTorch() {
        Tensor a = complex("simd", DType.C128, 1, 2, -3, -1).requiresGrad_(true);
        Tensor b = complex("simd", DType.C128, 2, -1, 0, 1).requiresGrad_(true);
        Tensor c = Tensor.of(new double[] {0.5, -1.5}).requiresGrad_(true);
        Tensor w =
                a.mul(b).div(c).add(a.exp().mul(b.conj())).add(a.pow(2).sqrt()).sum();
        w.backward(complex("simd", DType.C128, 1, -0.5).reshape(Shape.scalar()));
        assertNear(
                a.grad(),
                new double[] {-0.6402599196448575, -1.945181240493601, -0.6951110061960855, 1.2145139212333405},
                1e-12);
        assertNear(
                b.grad(),
                new double[] {-2.367067719759223, -3.093875519873588, 1.7145139212333405, -1.6951110061960852},
                1e-12);
        assertNear(c.grad(), new double[] {-10.0, -1.1111111111111112}, 1e-12);
    }

    @Test
    void gradientsAgreeWithDifferencesToTheSecondOrder() {
        Tensor a = complex("reference", DType.C128, A).requiresGrad_(true);
        Tensor b = complex("reference", DType.C128, B).requiresGrad_(true);
        List<UnaryOperator<Tensor>> functions = List.of(
                Tensor::exp,
                Tensor::log,
                Tensor::log2,
                Tensor::log10,
                Tensor::rsqrt,
                Tensor::reciprocal,
                Tensor::square,
                Tensor::sin,
                Tensor::cos,
                Tensor::tan,
                Tensor::sinh,
                Tensor::cosh,
                Tensor::tanh,
                Tensor::abs,
                Tensor::angle,
                Tensor::sgn,
                Tensor::conj,
                Tensor::neg,
                x -> x.real().mul(x.imag()),
                x -> x.cumsum(0).square(),
                x -> x.mean().square(),
                x -> x.norm(),
                x -> x.flip(0).mul(x),
                x -> x.unsqueeze(1).matmul(x.unsqueeze(0)),
                x -> x.clone().mul_(new Complex(1, 2)).square());
        for (UnaryOperator<Tensor> function : functions) {
            Tensor input = a.detach().clone().requiresGrad_(true);
            GradCheck.check(in -> function.apply(in[0]), input);
            GradCheck.checkSecondOrder(in -> function.apply(in[0]), input);
        }
        GradCheck.check(in -> in[0].sigmoid(), a);
        GradCheck.check(in -> in[0].narrow(0, 0, 2).sqrt(), a);
        for (BinaryOperator<Tensor> operator :
                List.<BinaryOperator<Tensor>>of(Tensor::add, Tensor::sub, Tensor::mul, Tensor::div, Tensor::pow)) {
            GradCheck.check(in -> operator.apply(in[0], in[1]), a, b);
            GradCheck.checkSecondOrder(in -> operator.apply(in[0], in[1]), a, b);
        }
    }

    @Test
    void writingThroughPartsIsDifferentiated() {
        Tensor a = complex("reference", DType.C128, A).requiresGrad_(true);
        GradCheck.check(
                in -> {
                    Tensor z = in[0].mul(2.0);
                    Tensor before = z.imag();
                    z.real().add_(z.imag());
                    z.viewAsReal().select(0, 1).mul_(3.0);
                    return z.square().add(before);
                },
                a);
        Tensor x = Tensor.of(A, DType.F64, Device.of("reference")).requiresGrad_(true);
        GradCheck.check(
                in -> {
                    Tensor base = in[0].mul(2.0);
                    Tensor z = base.reshape(5, 2).viewAsComplex();
                    z.mul_(new Complex(1, 2));
                    return base.square();
                },
                x);
    }

    @Test
    void partsAreViewsOfTheSameMemory() {
        Tensor z = Tensor.zeros(Shape.of(2, 3), DType.C64);
        z.real().fill_(2.0);
        z.imag().select(0, 1).fill_(-1.0);
        assertThat(z.stride(0)).isEqualTo(3);
        assertThat(z.imag().strides()).containsExactly(6, 2);
        assertThat(z.get(Index.at(1), Index.at(2)).itemComplex()).isEqualTo(new Complex(2, -1));
        assertThat(z.get(Index.at(0), Index.at(0)).itemComplex()).isEqualTo(new Complex(2, 0));
        assertThat(z.viewAsReal().viewAsComplex().layout()).isEqualTo(z.layout());
        assertThatThrownBy(() -> Tensor.zeros(4, 2).transpose(0, 1).viewAsComplex())
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("viewAsComplex");
    }

    @Test
    void numbersAreMadeAndChangedInPlace() {
        Tensor z = Tensor.full(Shape.of(2), Scalar.of(new Complex(1, 2)), DType.C128, Device.getDefault());
        z.mul_(new Complex(0, 1)).add_(1).sub_(z.real());
        assertNear(z, new double[] {0, 1, 0, 1}, 0);
        assertNear(Tensor.eye(2, 2, DType.C64, Device.getDefault()), new double[] {1, 0, 0, 0, 0, 0, 1, 0}, 0);
        assertNear(
                Tensor.polar(Tensor.of(new double[] {2}), Tensor.of(new double[] {Math.PI / 2})),
                new double[] {0, 2},
                1e-15);
        assertThat(Tensor.of(2.0).mul(new Complex(0, 1)).dtype()).isEqualTo(DType.C64);
        assertThat(z.sum(Axes.of(0), false).itemComplex()).isEqualTo(new Complex(0, 2));
        Tensor real = Tensor.ones(2);
        assertThatThrownBy(() -> real.add_(z)).isInstanceOf(DTypeException.class);
        assertNear(real, new double[] {1, 1}, 0);
        assertNear(real.copy_(z), new double[] {0, 0}, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"floor", "sort", "argmax", "amax", "lt", "relu", "clamp", "cumprod", "item", "maximum"})
    void whatOrdersOrRoundsIsRefused(String name) {
        Tensor z = complex("simd", DType.C64, A);
        assertThatThrownBy(() -> {
                    switch (name) {
                        case "floor" -> z.floor();
                        case "sort" -> z.sort();
                        case "argmax" -> z.argmax();
                        case "amax" -> z.amax(0);
                        case "lt" -> z.lt(z);
                        case "relu" -> z.relu();
                        case "clamp" -> z.clamp(0.0, 1.0);
                        case "cumprod" -> z.cumprod(0);
                        case "item" -> z.select(0, 0).item();
                        default -> z.maximum(z);
                    }
                })
                .isInstanceOf(DTypeException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("C64");
    }

    @Test
    void numbersArePrintedAsByPyTorch() {
        assertThat(complex("simd", DType.C64, 1, 2, 0, -1.5)).hasToString("tensor([1.+2.0000j, 0.-1.5000j])");
        assertThat(complex("simd", DType.C64, 1, 2, 0, -1, 1000, 0, 0.5, 1e-3).reshape(2, 2))
                .hasToString("tensor([[1.0000e+00+2.0000e+00j, 0.0000e+00-1.0000e+00j],\n"
                        + "        [1.0000e+03+0.0000e+00j, 5.0000e-01+1.0000e-03j]])");
        assertThat(complex("simd", DType.C128, 1, -2).reshape(Shape.scalar()))
                .hasToString("tensor(1.-2.j, dtype=torch.complex128)");
        assertThat(Tensor.zeros(Shape.of(0), DType.C64)).hasToString("tensor([], dtype=torch.complex64)");
        assertThat(complex("simd", DType.C64, Double.NaN, -0.0, 1, Double.NEGATIVE_INFINITY))
                .hasToString("tensor([nan-0.j, 1.-infj])");
    }
}
