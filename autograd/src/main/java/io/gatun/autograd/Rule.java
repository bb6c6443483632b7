package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** An operator's gradients, one for each operand that has one. */
sealed interface Rule {
    /** Of operators whose result has no gradient: comparisons, positions, integers. */
    Rule NONE = new ByPosition(null, null, null);

    /** The gradient of operand {@code input}, or null if it has none. */
    @Nullable Gradient gradient(int input);

    /** Up to three operands, each with a gradient of its own or none. */
    record ByPosition(
            @Nullable Gradient a,
            @Nullable Gradient b,
            @Nullable Gradient c) implements Rule {
        @Override
        public @Nullable Gradient gradient(int input) {
            return switch (input) {
                case 0 -> a;
                case 1 -> b;
                case 2 -> c;
                default -> throw new IllegalArgumentException("no operand " + input);
            };
        }
    }

    /** Operands of which all gradients are computed together, from the first result's, and from what is saved for any. */
    record Together(int saves, BiFunction<OperatorNode, Tensor, Tensor[]> formulas) implements Rule {
        @Override
        public Gradient gradient(int input) {
            return Gradient.of(saves, (n, g) -> formulas.apply(n, g)[input]);
        }
    }

    /** Any number of operands, all alike. */
    record ForEach(IntFunction<Gradient> gradients) implements Rule {
        @Override
        public Gradient gradient(int input) {
            return gradients.apply(input);
        }
    }

    /** An operator of one operand. */
    static Rule of(Gradient a) {
        return new ByPosition(a, null, null);
    }

    /** An operator of one operand, whose gradient needs {@code saves}. */
    static Rule of(int saves, Gradient.Formula formula) {
        return of(Gradient.of(saves, formula));
    }

    /** An operator of one operand and several results, whose gradient needs {@code saves}. */
    static Rule joint(int saves, Gradient.JointFormula formula) {
        return of(new Gradient(saves, formula));
    }

    /** An operator of two operands. */
    static Rule of(@Nullable Gradient a, @Nullable Gradient b) {
        return new ByPosition(a, b, null);
    }

    /** An operator of three operands. */
    static Rule of(@Nullable Gradient a, @Nullable Gradient b, @Nullable Gradient c) {
        return new ByPosition(a, b, c);
    }

    /** A gradient that needs {@code saves}. */
    static Gradient with(int saves, Gradient.Formula formula) {
        return Gradient.of(saves, formula);
    }

    /** A gradient that needs no values. */
    static Gradient with(Gradient.Formula formula) {
        return Gradient.of(0, formula);
    }
}
