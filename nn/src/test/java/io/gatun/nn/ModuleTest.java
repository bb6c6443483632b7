package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.nn.optim.Adam;
import io.gatun.nn.optim.SGD;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModuleTest {
    private static final class Net extends Module {
        final Linear hidden = registerModule("hidden", new Linear(3, 4));
        final Sequential tail = registerModule("tail", new Sequential(new ReLU(), new Dropout(0.25), new Linear(4, 2)));
        final Tensor scale = registerParameter("scale", Tensor.ones(2));

        Net() {
            registerBuffer("count", Tensor.zeros(1));
            registerBuffer("scratch", Tensor.zeros(1), false);
        }

        @Override
        public Tensor forward(Tensor x) {
            return tail.forward(hidden.forward(x)).mul(scale);
        }
    }

    @Test
    void membersAreListedUnderPyTorchsNames() {
        Net net = new Net();
        assertThat(net.namedParameters().keySet())
                .containsExactly("scale", "hidden.weight", "hidden.bias", "tail.2.weight", "tail.2.bias");
        assertThat(net.namedBuffers().keySet()).containsExactly("count", "scratch");
        assertThat(net.stateDict().keySet())
                .containsExactly("scale", "count", "hidden.weight", "hidden.bias", "tail.2.weight", "tail.2.bias");
        assertThat(net.namedModules().keySet()).containsExactly("", "hidden", "tail", "tail.0", "tail.1", "tail.2");
        assertThat(net.parameters()).allMatch(p -> p.requiresGrad() && p.isLeaf());
    }

    @Test
    void aModulePrintsAsPyTorchPrintsIt() {
        assertThat(new Net()).hasToString("""
                Net(
                  (hidden): Linear(in_features=3, out_features=4, bias=True)
                  (tail): Sequential(
                    (0): ReLU()
                    (1): Dropout(p=0.25, inplace=False)
                    (2): Linear(in_features=4, out_features=2, bias=True)
                  )
                )""");
        assertThat(new Conv2d(3, 8, 5, 2, 1))
                .hasToString("Conv2d(3, 8, kernel_size=(5, 5), stride=(2, 2), padding=(1, 1))");
        assertThat(new BatchNorm2d(8))
                .hasToString("BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)");
    }

    @Test
    void aSharedParameterIsListedOnce() {
        Linear shared = new Linear(2, 2);
        assertThat(new Sequential(shared, new ReLU(), shared).parameters()).hasSize(2);
    }

    @Test
    void modesReachEveryModule() {
        Net net = new Net();
        net.eval();
        assertThat(net.modules()).noneMatch(Module::isTraining);
        Tensor x = Tensor.randn(5, 3);
        assertThat(net.forward(x).toFloatArray()).containsExactly(net.forward(x).toFloatArray());
        net.train();
        assertThat(net.modules()).allMatch(Module::isTraining);
    }

    @Test
    void applyGoesFromTheInsideOut() {
        List<String> seen = new ArrayList<>();
        new Sequential(new Linear(1, 1), new Sequential(new ReLU())).apply(m -> seen.add(m.name()));
        assertThat(seen).containsExactly("Linear", "ReLU", "Sequential", "Sequential");
    }

    @Test
    void stateIsCarriedOverByName() {
        Net from = new Net();
        Net to = new Net();
        to.loadStateDict(from.stateDict());
        assertThat(to.hidden.weight().toFloatArray())
                .containsExactly(from.hidden.weight().toFloatArray());
        assertThat(to.hidden.weight().requiresGrad()).isTrue();
        assertThat(to.hidden.weight()).isNotSameAs(from.hidden.weight());
    }

    @Test
    void aStateThatDoesNotFitIsRefusedWholeAndEveryFaultNamed() {
        Net net = new Net();
        float[] before = net.hidden.weight().toFloatArray();
        Map<String, Tensor> state = new LinkedHashMap<>(new Net().stateDict());
        state.remove("scale");
        state.put("tail.2.bias", Tensor.zeros(7));
        state.put("other", Tensor.zeros(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.loadStateDict(state))
                .withMessageContaining("missing: scale")
                .withMessageContaining("unexpected: other")
                .withMessageContaining("shape: tail.2.bias is (2) here and (7) in the state");
        assertThat(net.hidden.weight().toFloatArray()).containsExactly(before);
    }

    @Test
    void movingToAnotherDTypeKeepsTheParametersThatAnOptimiserHas() {
        Linear model = new Linear(2, 1);
        SGD optimizer = new SGD(model.parameters(), 0.1);
        Tensor weight = model.weight();
        model.to(DType.F64);
        assertThat(model.weight()).isSameAs(weight);
        assertThat(weight.dtype()).isEqualTo(DType.F64);
        double before = weight.toDoubleArray()[0];
        model.forward(Tensor.ones(io.gatun.tensor.Shape.of(3, 2), DType.F64))
                .sum()
                .backward();
        assertThat(weight.grad().dtype()).isEqualTo(DType.F64);
        optimizer.step();
        assertThat(weight.toDoubleArray()[0]).isEqualTo(before - 0.1 * 3);
        assertThatThrownBy(() -> model.to(DType.I32)).isInstanceOf(DTypeException.class);
    }

    @Test
    void namesAreCheckedAtRegistration() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Net().registerParameter("a.b", Tensor.ones(1)))
                .withMessageContaining("'a.b'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Net().registerModule("hidden", new ReLU()))
                .withMessageContaining("'hidden' is taken");
    }

    @Test
    void aModuleWithoutForwardSaysSo() {
        assertThatThrownBy(() -> new ModuleList(new ReLU()).forward(Tensor.ones(1)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("ModuleList has no forward(Tensor)");
        assertThatThrownBy(() -> new Sequential(new ReLU()).get(1))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("index 1 is out of range for 1 modules");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sequential(new ReLU()).get(0, Linear.class))
                .withMessageContaining("module 0 is ReLU, not Linear");
    }

    @Test
    void whatOutlivesAStepSurvivesEveryScope() {
        Sequential model;
        Adam optimizer;
        try (TensorScope outer = TensorScope.open()) {
            model = new Sequential(new Linear(4, 8), new BatchNorm1d(8), new Tanh(), new Linear(8, 1));
            optimizer = new Adam(model.parameters(), 1e-2).amsgrad(true);
            outer.keep(Tensor.ones(1));
        }
        Tensor x = Tensor.randn(16, 4);
        Tensor y = x.sum(1, true);
        double first = 0;
        double last = 0;
        for (int i = 0; i < 60; i++) {
            try (TensorScope scope = TensorScope.open()) {
                optimizer.zeroGrad();
                Tensor loss = F.mseLoss(model.forward(x), y);
                loss.backward();
                optimizer.step();
                last = scope.keep(loss.detach()).item();
                first = i == 0 ? last : first;
            }
        }
        assertThat(last).isLessThan(first / 2);
        assertThat(model.parameters())
                .allSatisfy(p -> assertThat(p.grad().toFloatArray()).isNotEmpty());
        assertThat(model.stateDict().get("1.num_batches_tracked").itemLong()).isEqualTo(60);
        model.eval();
        assertThat(model.forward(x).toFloatArray()).hasSize(16);
    }

    @Test
    void zeroGradForgetsGradients() {
        Linear model = new Linear(2, 1);
        model.forward(Tensor.ones(1, 2)).sum().backward();
        assertThat(model.weight().grad().toFloatArray()).containsExactly(1, 1);
        model.zeroGrad();
        assertThat(model.weight().grad()).isNull();
    }

    @Test
    void aModuleIsAFunctionOfItsParameters() {
        Linear linear = new Linear(2, 1);
        float[] own = linear.weight().toFloatArray();
        Tensor w = Tensor.of(new double[][] {{3, 4}}).requiresGrad_(true);
        Tensor x = Tensor.of(new double[][] {{1, 2}});
        Tensor bias = Tensor.of(new double[] {0.5});
        Tensor y = linear.functionalCall(Map.of("weight", w, "bias", bias), () -> linear.forward(x));
        assertThat(y.item()).isEqualTo(11.5);
        assertThat(linear.weight().toFloatArray()).containsExactly(own);
        assertThat(linear.bias().dtype()).isEqualTo(DType.F32);
        y.square().sum().backward();
        assertThat(w.grad().toDoubleArray()).containsExactly(23, 46);
        assertThat(linear.weight().grad()).isNull();
        linear.forward(Tensor.ones(1, 2)).sum().backward();
        assertThat(linear.weight().grad().toFloatArray()).containsExactly(1, 1);
        assertThat(w.grad().toDoubleArray()).containsExactly(23, 46);
    }

    @Test
    void aFunctionalCallThatFailsLeavesTheModuleAsItWas() {
        Linear linear = new Linear(2, 1);
        float[] own = linear.weight().toFloatArray();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> linear.functionalCall(Map.of("weights", Tensor.ones(1, 2)), () -> 1))
                .withMessageContaining("Linear has no parameter or buffer 'weights', only [weight, bias]");
        assertThatThrownBy(() -> linear.functionalCall(Map.of("weight", Tensor.ones(2, 2)), () -> 1))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> linear.functionalCall(
                        Map.of("weight", Tensor.ones(1, 2)), () -> linear.forward(Tensor.ones(3))))
                .isInstanceOf(ShapeException.class);
        assertThat(linear.weight().toFloatArray()).containsExactly(own);
        assertThat(linear.weight().requiresGrad()).isTrue();
    }
}
