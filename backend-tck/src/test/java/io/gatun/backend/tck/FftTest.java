package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.autograd.GradCheck;
import io.gatun.autograd.TensorFunction;
import io.gatun.tensor.Complex;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Device;
import io.gatun.tensor.Fft;
import io.gatun.tensor.FftNorm;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fourier transforms against what PyTorch 1.13 gives, and their gradients against finite differences. */
class FftTest {
    /** Of the signal below: n, then numbers 0, n / 3 and n - 1 of its transform. */
    private static final double[][] TRANSFORMS = {
        {1, 0.2955202066613396, 1.0, 0.2955202066613396, 1.0, 0.2955202066613396, 1.0},
        {
            2,
            1.2048176334870213,
            1.6216099682706644,
            1.2048176334870213,
            1.6216099682706644,
            -0.613777220164342,
            0.3783900317293356
        },
        {
            3,
            0.6749814925785282,
            0.7248515519365175,
            1.4207351570736528,
            -0.10875200506498706,
            -1.2091560296681623,
            2.3839004531284695
        },
        {
            5,
            0.6311860451484164,
            0.22149004198696876,
            2.3099359220243216,
            1.7200320367138642,
            1.401260941126131,
            2.348616410247931
        },
        {
            7,
            0.3364074780685081,
            -0.09817966457189797,
            0.2757249570271004,
            -1.3825009406076676,
            0.30383823260863807,
            2.2404516420953913
        },
        {
            8,
            -0.021821804168319137,
            0.8949013484934177,
            1.4327896165150047,
            -1.5419022629245158,
            1.3567984185854147,
            3.4774180817529032
        },
        {
            12,
            0.20804212811604206,
            -0.3494179171847408,
            0.33711075071796226,
            1.7162937973350239,
            1.1439279602546468,
            -0.16907088161498646
        },
        {
            97,
            0.2006447466588407,
            -3.8794791753095375,
            0.28506689716839206,
            9.303799347272138,
            5.106190207289878,
            -1.3584398525144508
        },
        {
            100,
            -0.08540635967040283,
            -3.6451270195830063,
            1.20157117472312,
            8.684414687019817,
            4.763419697344101,
            -1.3029500786783417
        },
        {
            1024,
            -0.08587804818535077,
            -15.430722678727484,
            12.905009848545635,
            -6.102119931408473,
            -14.563115885020391,
            -15.127853936909606
        }
    };

    private static final double[] REAL = {1, -2, 3, 0.5, 4, 2.5};
    private static final double[] COMPLEX = {1, 2, -3, -1, 0, 0.5, 2, 0};

    private static Tensor signal(int n, Device device) {
        double[] parts = new double[2 * n];
        for (int j = 0; j < n; j++) {
            parts[2 * j] = Math.sin(1.7 * j + 0.3);
            parts[2 * j + 1] = Math.cos(0.9 * j * j);
        }
        return Tensor.of(parts, DType.F64, device).reshape(n, 2).viewAsComplex();
    }

    private static Tensor complex(double... parts) {
        return Tensor.of(parts).reshape(-1, 2).viewAsComplex();
    }

    private static void assertNear(Tensor actual, double... expected) {
        double[] numbers = (actual.isComplex() ? actual.viewAsReal() : actual).toDoubleArray();
        assertThat(numbers).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(numbers[i]).as("number " + i).isCloseTo(expected[i], within(1e-12));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void transformsOfAllKindsOfLengthAreThoseOfPyTorch(String backend) {
        for (double[] row : TRANSFORMS) {
            int n = (int) row[0];
            Tensor x = signal(n, Device.of(backend));
            Tensor batch = Tensor.zeros(Shape.of(n, 3), DType.C128, Device.of(backend));
            batch.select(1, 1).copy_(x);
            Tensor strided = Fft.fft(batch, Fft.WHOLE, 0, FftNorm.BACKWARD).select(1, 1);
            for (Tensor whole : new Tensor[] {Fft.fft(x), strided, Fft.fft(x.to(DType.C64))}) {
                for (int i = 0; i < 3; i++) {
                    Complex at = whole.get(new int[] {0, n / 3, n - 1}[i]).itemComplex();
                    double tolerance = whole.dtype() == DType.C64 ? 1e-6 * n : 1e-12 * n;
                    assertThat(at.re()).as(n + " " + i).isCloseTo(row[1 + 2 * i], within(tolerance));
                    assertThat(at.im()).as(n + " " + i).isCloseTo(row[2 + 2 * i], within(tolerance));
                }
            }
            for (FftNorm norm : FftNorm.values()) {
                Tensor back = Fft.ifft(Fft.fft(x, n, -1, norm), n, -1, norm);
                assertThat(back.sub(x).abs().max().item()).as(n + " " + norm).isLessThan(1e-12);
            }
        }
    }

    @Test
    void oneSidedTransformsAreThoseOfPyTorch() {
        Tensor x = Tensor.of(REAL);
        assertNear(Fft.rfft(x), 9.0, 0.0, -2.75, 4.763139720814412, -2.25, 3.0310889132455356, 7.0, 0.0);
        assertNear(
                Fft.rfft(x, 8, 0, FftNorm.ORTHO),
                3.181980515339464,
                0.0,
                -2.310660171779821,
                -0.060660171779821054,
                0.7071067811865475,
                -0.0,
                0.18933982822017875,
                2.0606601717798214,
                2.474873734152916,
                0.0);
        assertNear(Fft.rfft(x, 3, 0, FftNorm.FORWARD), 0.6666666666666666, 0.0, 0.16666666666666666, 1.443375672974064);
        Tensor z = complex(COMPLEX);
        assertNear(
                Fft.irfft(z),
                -0.5,
                -0.5223290993692602,
                1.4330127018922192,
                0.8333333333333333,
                0.5669872981077806,
                -0.8110042339640728);
        assertNear(
                Fft.irfft(z, 5, -1, FftNorm.BACKWARD),
                -1.0,
                0.09204516280962985,
                1.5961457974259572,
                0.745494989073917,
                -0.43368594930950377);
        assertNear(Fft.irfft(z, 4, -1, FftNorm.BACKWARD), -1.25, 0.75, 1.75, -0.25);
        assertNear(Fft.irfft(z, 3, -1, FftNorm.BACKWARD), -1.6666666666666665, 1.9106836025229588, 0.7559830641437075);
        assertNear(
                Fft.irfft(z, 9, -1, FftNorm.BACKWARD),
                -0.1111111111111111,
                -0.588388799150333,
                -0.04603263370031497,
                1.1775640234837017,
                0.662775957894814,
                0.3679253142641748,
                0.600213754294076,
                -0.4077204920778143,
                -0.655226013897193);
        assertNear(
                Fft.irfft(z, 5, -1, FftNorm.FORWARD),
                -5.0,
                0.4602258140481492,
                7.980728987129785,
                3.727474945369585,
                -2.1684297465475186);
        assertNear(
                Fft.hfft(z), -3.0, -4.866025403784438, 3.401923788646684, 5.0, 8.598076211353316, -3.133974596215561);
        assertNear(
                Fft.ihfft(x),
                1.5,
                -0.0,
                -0.4583333333333333,
                -0.7938566201357353,
                -0.375,
                -0.5051814855409226,
                1.1666666666666665,
                -0.0);
    }

    @Test
    void twoDimensionalTransformsAreThoseOfPyTorch() {
        Tensor m = Tensor.arange(0, 12, 1, DType.F64).sin().reshape(3, 4);
        assertNear(
                Fft.rfft2(m),
                0.4111981646673075,
                0.0,
                0.1466949335780674,
                -0.49654879515856176,
                0.22563497343837224,
                0.0,
                2.6322335472065146,
                1.0354382319371336,
                1.1850482595697733,
                0.9391226766347048,
                -0.22275783578230918,
                1.530690526122321,
                2.6322335472065146,
                -1.0354382319371336,
                -4.059635473624885,
                -2.5436268117202308,
                -0.22275783578230918,
                -1.530690526122321);
        assertNear(
                Fft.fft2(m),
                0.4111981646673072,
                0.0,
                0.1466949335780675,
                -0.4965487951585619,
                0.22563497343837216,
                0.0,
                0.1466949335780675,
                0.4965487951585619,
                2.632233547206515,
                1.0354382319371336,
                1.185048259569773,
                0.939122676634705,
                -0.222757835782309,
                1.5306905261223207,
                -4.059635473624886,
                2.543626811720231,
                2.632233547206515,
                -1.0354382319371336,
                -4.059635473624886,
                -2.543626811720231,
                -0.222757835782309,
                -1.5306905261223207,
                1.185048259569773,
                -0.939122676634705);
        assertNear(
                Fft.fftn(m),
                0.4111981646673072,
                0.0,
                0.1466949335780675,
                -0.4965487951585619,
                0.22563497343837216,
                0.0,
                0.1466949335780675,
                0.4965487951585619,
                2.632233547206515,
                1.0354382319371336,
                1.185048259569773,
                0.939122676634705,
                -0.222757835782309,
                1.5306905261223207,
                -4.059635473624886,
                2.543626811720231,
                2.632233547206515,
                -1.0354382319371336,
                -4.059635473624886,
                -2.543626811720231,
                -0.222757835782309,
                -1.5306905261223207,
                1.185048259569773,
                -0.939122676634705);
        Tensor z = Fft.fft2(m).mul(new Complex(1, 2));
        assertNear(
                Fft.irfft2(z.narrow(1, 0, 3)),
                0.7003509767480294,
                1.7507684116335787,
                0.2089464500776525,
                -0.7681774187658148,
                -2.3727133686898556,
                -0.48153727755413644,
                1.3364953751830015,
                0.17959960160978697,
                2.401466938415841,
                -1.121260872270995,
                -1.9561298026818297,
                0.533389150962048);
        assertNear(
                Fft.irfft2(z, new long[] {2, 5}, new int[] {-2, -1}, FftNorm.BACKWARD),
                -0.42512617207864933,
                -0.1516947214219224,
                -0.23692118668092688,
                -0.09114095556258911,
                1.391160659743865,
                1.053536803945536,
                0.27298976821595666,
                0.19764504551908588,
                -0.387012821868588,
                -1.212238255144461);
    }

    @Test
    void frequenciesAndShifts() {
        assertThat(Fft.fftfreq(5, 0.5).toFloatArray()).containsExactly(0, 0.4f, 0.8f, -0.8f, -0.4f);
        assertThat(Fft.fftfreq(4).toFloatArray()).containsExactly(0, 0.25f, -0.5f, -0.25f);
        assertThat(Fft.rfftfreq(5, 0.5).toFloatArray()).containsExactly(0, 0.4f, 0.8f);
        assertThat(Fft.fftshift(Tensor.arange(5)).toLongArray()).containsExactly(3, 4, 0, 1, 2);
        assertThat(Fft.ifftshift(Tensor.arange(5)).toLongArray()).containsExactly(2, 3, 4, 0, 1);
        Tensor grid = Tensor.arange(15).reshape(3, 5);
        assertThat(Fft.ifftshift(Fft.fftshift(grid)).toLongArray()).isEqualTo(grid.toLongArray());
    }

    @Test
    void gradientsAreThoseOfPyTorch() {
        Tensor x = Tensor.of(REAL).requiresGrad_(true);
        Fft.rfft(x).abs().square().mul(Tensor.arange(1, 5)).sum().backward();
        assertNear(x.grad(), 49.5, -69.0, 85.5, -40.5, 87.0, -4.5);
        Tensor z = complex(COMPLEX).requiresGrad_(true);
        Fft.irfft(z, 5, -1, FftNorm.BACKWARD).pow(3).sum().backward();
        assertNear(
                z.grad(),
                2.5800000000000005,
                0.0,
                -1.740000000000001,
                -1.2000000000000008,
                2.1600000000000006,
                2.4000000000000012,
                0.0,
                0.0);
    }

    @Test
    void gradientsAgreeWithDifferencesToTheSecondOrder() {
        Tensor x = Tensor.of(new double[] {0.3, -1.2, 0.8, 2.1, -0.4}).requiresGrad_(true);
        Tensor z = complex(COMPLEX).requiresGrad_(true);
        Tensor long_ = signal(67, Device.getDefault()).detach().clone().requiresGrad_(true);
        for (FftNorm norm : FftNorm.values()) {
            check(in -> Fft.fft(in[0], 6, -1, norm).square(), z);
            check(in -> Fft.ifft(in[0], 3, -1, norm).square(), z);
            check(in -> Fft.rfft(in[0], 5, -1, norm).abs(), x);
            check(in -> Fft.irfft(in[0], 5, -1, norm).square(), z);
            check(in -> Fft.hfft(in[0], 6, -1, norm).square(), z);
            check(in -> Fft.ihfft(in[0], 4, -1, norm).square(), x);
        }
        check(in -> Fft.irfft2(Fft.rfft2(in[0].unflatten(0, 1, 5)).square()).square(), x);
        GradCheck.check(in -> Fft.fft(in[0]).narrow(0, 3, 2).square(), long_);
    }

    private static void check(TensorFunction function, Tensor input) {
        GradCheck.check(function, input);
        GradCheck.checkSecondOrder(function, input);
    }

    @Test
    void wrongLengthsDimensionsAndDTypesAreRefused() {
        Tensor x = Tensor.of(REAL);
        assertThatThrownBy(() -> Fft.fft(x, 0, -1, FftNorm.BACKWARD))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("fft: 0 points along dimension 0 of shape (6)");
        assertThatThrownBy(() -> Fft.irfft(x.narrow(0, 0, 1))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Fft.fftn(x.reshape(2, 3), null, new int[] {0, -2}, FftNorm.BACKWARD))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("name one twice");
        assertThatThrownBy(() -> Fft.rfft(Fft.fft(x)))
                .isInstanceOf(DTypeException.class)
                .hasMessageContaining("rfft: wants real numbers, not C128");
    }
}
