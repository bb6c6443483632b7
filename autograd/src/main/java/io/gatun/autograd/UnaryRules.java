package io.gatun.autograd;

import static io.gatun.autograd.Gradient.A;
import static io.gatun.autograd.Gradient.OUT;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.UnaryKind;

/**
 * Derivatives of the functions of one operand x, with result y: g·f'(x). Where f' is simpler in y, y is saved and x need
 * not be. Kinks have PyTorch's slope: 0 for abs, sign and relu at 0.
 */
final class UnaryRules {
    private UnaryRules() {}

    static Rule of(UnaryKind kind) {
        return switch (kind) {
            case ABS -> Rule.of(A, (n, g) -> g.mul(n.a().sgn()));
            case NEG -> Rule.of(0, (n, g) -> g.neg());
            case SQUARE -> Rule.of(A, (n, g) -> g.mul(n.a().conj()).mul(2));
            case RELU -> Rule.of(OUT, (n, g) -> g.maskedFill(n.out().le(0), 0));
            case SIGN, FLOOR, CEIL, ROUND, TRUNC -> Rule.of(0, (n, g) -> Tensor.zerosLike(g));

            case EXP -> Rule.of(OUT, (n, g) -> g.mul(n.out().conj()));
            case EXPM1 -> Rule.of(OUT, (n, g) -> g.mul(n.out().add(1)));
            case LOG -> Rule.of(A, (n, g) -> g.div(n.a().conj()));
            case LOG1P -> Rule.of(A, (n, g) -> g.div(n.a().add(1)));
            case LOG2 -> Rule.of(A, (n, g) -> g.div(n.a().conj().mul(Math.log(2))));
            case LOG10 -> Rule.of(A, (n, g) -> g.div(n.a().conj().mul(Math.log(10))));

            case SQRT -> Rule.of(OUT, (n, g) -> g.div(n.out().conj().mul(2)));
            case RSQRT ->
                Rule.of(
                        OUT,
                        (n, g) -> g.mul(n.out().square().mul(n.out()).conj()).mul(-0.5));
            case RECIPROCAL ->
                Rule.of(OUT, (n, g) -> g.mul(n.out().square().conj()).neg());

            case SIN -> Rule.of(A, (n, g) -> g.mul(n.a().cos().conj()));
            case COS -> Rule.of(A, (n, g) -> g.mul(n.a().sin().conj()).neg());
            case TAN -> Rule.of(OUT, (n, g) -> g.mul(n.out().square().add(1).conj()));
            case ASIN -> Rule.of(A, (n, g) -> g.mul(oneMinusSquare(n.a()).rsqrt()));
            case ACOS ->
                Rule.of(A, (n, g) -> g.mul(oneMinusSquare(n.a()).rsqrt()).neg());
            case ATAN -> Rule.of(A, (n, g) -> g.div(n.a().square().add(1)));
            case SINH -> Rule.of(A, (n, g) -> g.mul(n.a().cosh().conj()));
            case COSH -> Rule.of(A, (n, g) -> g.mul(n.a().sinh().conj()));
            case TANH -> Rule.of(OUT, (n, g) -> g.mul(oneMinusSquare(n.out()).conj()));
            case ASINH -> Rule.of(A, (n, g) -> g.mul(n.a().square().add(1).rsqrt()));
            case ACOSH -> Rule.of(A, (n, g) -> g.mul(n.a().square().sub(1).rsqrt()));
            case ATANH -> Rule.of(A, (n, g) -> g.div(oneMinusSquare(n.a())));
            case SIGMOID ->
                Rule.of(OUT, (n, g) -> g.mul(n.out().rsub(1).conj()).mul(n.out().conj()));
            case ERF -> Rule.of(A, (n, g) -> g.mul(n.a().square().neg().exp()).mul(2 / Math.sqrt(Math.PI)));

            case ERFC -> Rule.of(A, (n, g) -> g.mul(n.a().square().neg().exp()).mul(-2 / Math.sqrt(Math.PI)));
            case ERFINV -> Rule.of(OUT, (n, g) -> g.mul(n.out().square().exp()).mul(Math.sqrt(Math.PI) / 2));
            case LGAMMA -> Rule.of(A, (n, g) -> g.mul(n.a().digamma()));
            case DIGAMMA -> Rule.of(A, (n, g) -> g.mul(n.a().polygamma(1)));

            case BITWISE_NOT, LOGICAL_NOT, ISNAN, ISINF, ISFINITE -> Rule.NONE;
        };
    }

    private static Tensor oneMinusSquare(Tensor x) {
        return x.square().rsub(1);
    }
}
