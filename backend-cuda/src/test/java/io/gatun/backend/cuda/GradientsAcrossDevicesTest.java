package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.autograd.Autograd;
import io.gatun.autograd.ForwardMode;
import io.gatun.tensor.Backward;
import io.gatun.tensor.Device;
import io.gatun.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A copy to another device is differentiated as any operator: each gradient is where its tensor is. */
class GradientsAcrossDevicesTest {
    private static Device device;

    @BeforeAll
    static void findTheEmulator() {
        device = Twins.device();
    }

    @Test
    void gradientsComeBackToTheDeviceOfTheLeaf() {
        Device second = Twins.second();
        Tensor x = Tensor.of(new double[] {1, 2, 3}).to(Device.cpu()).requiresGrad_(true);
        Tensor w = Tensor.of(new double[] {4, 5, 6}).to(second).requiresGrad_(true);
        Tensor there = x.to(device);

        there.square().to(second).mul(w).sum().cpu().backward();

        assertThat(there.requiresGrad()).isTrue();
        assertThat(x.grad().device()).isEqualTo(Device.cpu());
        assertThat(x.grad().toDoubleArray()).containsExactly(8, 20, 36);
        assertThat(w.grad().device()).isEqualTo(second);
        assertThat(w.grad().cpu().toDoubleArray()).containsExactly(1, 4, 9);
    }

    @Test
    void aViewIsCopiedWithItsHistory() {
        Tensor x = Tensor.of(new double[] {1, 2, 3, 4}).cpu().view(2, 2).requiresGrad_(true);

        x.t().select(0, 1).to(device).square().sum().backward();

        assertThat(x.grad().flatten().toDoubleArray()).containsExactly(0, 4, 0, 8);
    }

    @Test
    void derivativesHaveDerivatives() {
        Tensor x = Tensor.of(new double[] {2, 3}).cpu().requiresGrad_(true);
        Tensor y = x.to(device).pow(3).sum();

        Tensor first =
                Autograd.grad(List.of(y), List.of(x), Backward.createGraph()).get(0);
        Tensor second = Autograd.grad(first.sum(), x).get(0);

        assertThat(first.detach().toDoubleArray()).containsExactly(12, 27);
        assertThat(second.toDoubleArray()).containsExactly(12, 18);
    }

    @Test
    void tangentsGoWithTheirValues() {
        var d = ForwardMode.jvp(
                in -> in[0].to(device).square().cpu(),
                List.of(Tensor.of(new double[] {3, 4}).cpu()),
                List.of(Tensor.of(new double[] {1, -1}).cpu()));

        assertThat(d.tangent().toDoubleArray()).containsExactly(6, -8);
    }

    @Test
    void nothingIsRecordedInsideNoGradOrOfIntegers() {
        Tensor x = Tensor.of(new double[] {1}).cpu().requiresGrad_(true);
        try (var _ = Autograd.noGrad()) {
            assertThat(x.to(device).requiresGrad()).isFalse();
        }
        assertThat(x.detach().to(device).requiresGrad()).isFalse();
    }
}
