package io.gatun.autograd;

import static io.gatun.autograd.Gradient.A;
import static io.gatun.autograd.Gradient.B;
import static io.gatun.autograd.Gradient.C;
import static io.gatun.autograd.Gradient.OUT;
import static io.gatun.autograd.Rule.with;

import io.gatun.tensor.RoundingMode;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.BinaryKind;

/**
 * Partial derivatives of the functions of two operands a and b, of one shape: broadcasting was differentiated before, in
 * the rule of the expansion.
 */
final class BinaryRules {
    private BinaryRules() {}

    static Rule of(BinaryKind kind) {
        return switch (kind) {
            case ADD -> Rule.of(with((n, g) -> g), with((n, g) -> g));
            case SUB -> Rule.of(with((n, g) -> g), with((n, g) -> g.neg()));
            case MUL -> Rule.of(with(B, (n, g) -> g.mul(n.b().conj())), with(A, (n, g) -> g.mul(n.a().conj())));
            case DIV ->
                Rule.of(
                        with(B, (n, g) -> g.div(n.b().conj())),
                        with( // not from the result, which is the user's to change: z = a / b; z += 1
                                A | B,
                                (n, g) -> g.mul(n.a().div(n.b()).div(n.b()).conj())
                                        .neg()));
            case FLOOR_DIVIDE, TRUNC_DIVIDE ->
                Rule.of(with((n, g) -> Tensor.zerosLike(g)), with((n, g) -> Tensor.zerosLike(g)));

            // a = b * quotient + remainder, and the quotient is constant between its jumps
            case FMOD ->
                Rule.of(
                        with((n, g) -> g),
                        with(
                                A | B,
                                (n, g) -> g.mul(n.a().div(n.b(), RoundingMode.TRUNC))
                                        .neg()));
            case REMAINDER ->
                Rule.of(
                        with((n, g) -> g),
                        with(
                                A | B,
                                (n, g) -> g.mul(n.a().div(n.b(), RoundingMode.FLOOR))
                                        .neg()));

            case POW ->
                Rule.of(
                        with(A | B, (n, g) -> g.mul(powerSlope(n.a(), n.b()).conj())),
                        with(
                                A | B | OUT,
                                (n, g) -> g.mul(
                                        exponentSlope(n.a(), n.b(), n.out()).conj())));
            case ATAN2 ->
                Rule.of(
                        with(A | B, (n, g) -> g.mul(n.b()).div(squaredLength(n))),
                        with(A | B, (n, g) -> g.mul(n.a()).div(squaredLength(n)).neg()));

            case COPYSIGN ->
                Rule.of(
                        with(
                                A | B,
                                (n, g) -> g.mul(n.a().sign())
                                        .mul(Tensor.onesLike(n.b()).copysign(n.b()))),
                        with((n, g) -> Tensor.zerosLike(g)));
            case HYPOT ->
                Rule.of(
                        with(A | OUT, (n, g) -> g.mul(n.a().div(n.out()))),
                        with(B | OUT, (n, g) -> g.mul(n.b().div(n.out()))));
            // the derivative in the exponent has no closed form; PyTorch has none either
            case ZETA ->
                Rule.of(
                        null,
                        with(A | B, (n, g) -> g.mul(n.a().neg().mul(n.a().add(1).zeta(n.b())))));

            // equals share the gradient evenly
            case MAXIMUM ->
                Rule.of(
                        with(A | B, (n, g) -> halfIfEqual(n, g).maskedFill(n.a().lt(n.b()), 0)),
                        with(A | B, (n, g) -> halfIfEqual(n, g).maskedFill(n.b().lt(n.a()), 0)));
            case MINIMUM ->
                Rule.of(
                        with(A | B, (n, g) -> halfIfEqual(n, g).maskedFill(n.a().gt(n.b()), 0)),
                        with(A | B, (n, g) -> halfIfEqual(n, g).maskedFill(n.b().gt(n.a()), 0)));

            case BITWISE_AND, BITWISE_OR, BITWISE_XOR, SHIFT_LEFT, SHIFT_RIGHT, GCD -> Rule.NONE;
        };
    }

    /** (x, low, high): to x where it lies between the bounds, they included; else to the bound that it was moved to. */
    static Rule clamp() {
        return Rule.of(
                with(A | B | C, (n, g) -> onlyIf(n.a().ge(n.b()).logicalAnd(n.a().le(n.c())), g)),
                with(A | B | C, (n, g) -> onlyIf(n.a().lt(n.b()).logicalAnd(n.b().lt(n.c())), g)),
                with(A | B | C, (n, g) -> onlyIf(n.a().gt(n.c()).logicalOr(n.c().lt(n.b())), g)));
    }

    private static Tensor onlyIf(Tensor condition, Tensor g) {
        return Tensor.where(condition, g, Rules.zero(g));
    }

    private static Tensor halfIfEqual(OperatorNode n, Tensor g) {
        return Tensor.where(n.a().eq(n.b()), g.mul(0.5), g);
    }

    private static Tensor squaredLength(OperatorNode n) {
        return n.a().square().add(n.b().square());
    }

    /**
     * b·a^(b-1). For b = 0 that is 0, also where a^-1 is infinite (a = 0) or a is NaN; only there is the power replaced,
     * so that the mixed second derivative, which is a^-1 for b = 0, stays right elsewhere.
     */
    private static Tensor powerSlope(Tensor a, Tensor b) {
        Tensor singular = b.eq(0).logicalAnd(a.eq(0).logicalOr(a.isnan()));
        return b.mul(a.maskedFill(singular, 1).pow(b.sub(1)));
    }

    /** a^b·log(a), and 0 where a = 0 and b ≥ 0 although the logarithm is infinite. */
    private static Tensor exponentSlope(Tensor a, Tensor b, Tensor power) {
        Tensor flat = a.eq(0).logicalAnd(b.real().ge(0));
        return power.mul(a.maskedFill(flat, 1).log());
    }
}
