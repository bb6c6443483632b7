package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.List;

/**
 * Values that PyTorch can be given, too, without a file: waves, in {@code F64}. Parameter number k is filled with {@code
 * 0.5 sin(0.37 i + k)} over its elements i; {@link #of} is {@code cos(0.61 i + start)}; and a fingerprint of the gradients
 * of the sum of all results' squares weighs element i of parameter k by {@code cos(0.3 i + k)}.
 */
final class Waves {
    private final Device device;

    Waves(String backend) {
        device = Device.of(backend);
    }

    Tensor of(double start, long... shape) {
        return index(Shape.of(shape).numel()).mul(0.61).add(start).cos().view(shape);
    }

    Tensor mask(boolean[][] values) {
        return Tensor.of(values).to(device);
    }

    <M extends Module> M fill(M module) {
        module.to(DType.F64).to(device);
        List<Tensor> parameters = module.parameters();
        for (int k = 0; k < parameters.size(); k++) {
            Tensor parameter = parameters.get(k);
            Tensor wave = index(parameter.numel()).mul(0.37).add(k).sin().mul(0.5);
            parameter.detach().copy_(wave.reshape(parameter.shape()));
        }
        return module;
    }

    double fingerprint(Module module, Tensor... results) {
        Tensor total = Tensor.zeros(Shape.scalar(), DType.F64, device);
        for (Tensor result : results) {
            total = total.add(result.square().sum());
        }
        total.backward();
        double sum = 0;
        List<Tensor> parameters = module.parameters();
        for (int k = 0; k < parameters.size(); k++) {
            Tensor gradient = parameters.get(k).grad().flatten();
            sum += gradient.mul(index(gradient.numel()).mul(0.3).add(k).cos())
                    .sum()
                    .item();
        }
        return sum;
    }

    private Tensor index(long count) {
        return Tensor.arange(count).toDouble().to(device);
    }
}
