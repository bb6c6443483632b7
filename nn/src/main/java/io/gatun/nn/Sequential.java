package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/** Modules one after another, each given what the one before computed; named {@code 0}, {@code 1}, ... */
public final class Sequential extends Module {
    private final List<Module> modules;

    /** These modules, in this order. */
    public Sequential(Module... modules) {
        this(List.of(modules));
    }

    /** These modules, in this order. */
    public Sequential(List<? extends Module> modules) {
        this.modules = List.copyOf(modules);
        for (int i = 0; i < this.modules.size(); i++) {
            registerModule(Integer.toString(i), this.modules.get(i));
        }
    }

    @Override
    public Tensor forward(Tensor input) {
        Tensor x = input;
        for (Module module : modules) {
            x = module.call(x);
        }
        return x;
    }

    /**
     * The module at {@code index}; negative numbers count from the end.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    public Module get(int index) {
        return ModuleList.at(modules, index, name());
    }

    /** The module at {@code index}, which must be of this kind: {@code model.get(0, Linear.class).weight()}. */
    public <M extends Module> M get(int index, Class<M> kind) {
        Module module = get(index);
        if (!kind.isInstance(module)) {
            throw new IllegalArgumentException(
                    "get: module " + index + " is " + module.name() + ", not " + kind.getSimpleName());
        }
        return kind.cast(module);
    }

    /**
     * The modules' calls, one for each, for
     * {@link io.gatun.autograd.Autograd#checkpointSequential Autograd.checkpointSequential(model.calls(), 4, x)}.
     */
    public List<UnaryOperator<Tensor>> calls() {
        return modules.stream()
                .<UnaryOperator<Tensor>>map(module -> module::call)
                .toList();
    }

    /** The number of modules. */
    public int size() {
        return modules.size();
    }
}
