package io.gatun.backend.tck.golden;

import io.gatun.tensor.DType;
import io.gatun.tensor.RoundingMode;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Tensor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Element-wise operators and conversions. */
final class GoldenElementwise {
    private GoldenElementwise() {}

    static void fill(GoldenOperators table) {
        unary(table);
        binary(table);
        special(table);
        table.one("where", call -> Tensor.where(call.a(), call.b(), call.c()));
        table.one("masked_fill", call -> call.a().maskedFill(call.b(), call.number("value", 0)));
        table.one("clamp", call -> call.a().clamp(call.scalar("min"), call.scalar("max")));
        table.one("lerp", call -> call.a().lerp(call.b(), call.number("weight", 0)));
        table.one("addcmul", call -> call.a().addcmul(call.b(), call.c(), call.number("value", 1)));
        table.one("addcdiv", call -> call.a().addcdiv(call.b(), call.c(), call.number("value", 1)));
        table.one("to", call -> {
            DType dtype = DType.valueOf(call.text("dtype", "f32").toUpperCase(Locale.ROOT));
            Tensor converted = call.a().to(dtype);
            return dtype == DType.BF16 ? converted.to(DType.F64) : converted; // NumPy has no bfloat16
        });
    }

    private static void unary(GoldenOperators table) {
        table.one("abs", call -> call.a().abs());
        table.one("neg", call -> call.a().neg());
        table.one("sign", call -> call.a().sign());
        table.one("square", call -> call.a().square());
        table.one("relu", call -> call.a().relu());
        table.one("floor", call -> call.a().floor());
        table.one("ceil", call -> call.a().ceil());
        table.one(
                "round",
                call -> call.has("decimals")
                        ? call.a().round(call.integer("decimals"))
                        : call.a().round());
        table.one("trunc", call -> call.a().trunc());
        table.one("exp", call -> call.a().exp());
        table.one("expm1", call -> call.a().expm1());
        table.one("log", call -> call.a().log());
        table.one("log1p", call -> call.a().log1p());
        table.one("log2", call -> call.a().log2());
        table.one("log10", call -> call.a().log10());
        table.one("sqrt", call -> call.a().sqrt());
        table.one("rsqrt", call -> call.a().rsqrt());
        table.one("reciprocal", call -> call.a().reciprocal());
        table.one("sin", call -> call.a().sin());
        table.one("cos", call -> call.a().cos());
        table.one("tan", call -> call.a().tan());
        table.one("asin", call -> call.a().asin());
        table.one("acos", call -> call.a().acos());
        table.one("atan", call -> call.a().atan());
        table.one("sinh", call -> call.a().sinh());
        table.one("cosh", call -> call.a().cosh());
        table.one("tanh", call -> call.a().tanh());
        table.one("sigmoid", call -> call.a().sigmoid());
        table.one("erf", call -> call.a().erf());
        table.one("bitwise_not", call -> call.a().bitwiseNot());
        table.one("logical_not", call -> call.a().logicalNot());
        table.one("isnan", call -> call.a().isnan());
        table.one("isinf", call -> call.a().isinf());
        table.one("isfinite", call -> call.a().isfinite());
    }

    private static void binary(GoldenOperators table) {
        table.one("add", call -> {
            Scalar alpha = call.scalar("alpha");
            if (alpha == null) {
                return call.a().add(call.b());
            }
            return alpha.category() == DType.Category.INTEGRAL
                    ? call.a().add(call.b(), alpha.longValue())
                    : call.a().add(call.b(), alpha.doubleValue());
        });
        table.one("sub", call -> {
            Scalar alpha = call.scalar("alpha");
            if (alpha == null) {
                return call.a().sub(call.b());
            }
            return alpha.category() == DType.Category.INTEGRAL
                    ? call.a().sub(call.b(), alpha.longValue())
                    : call.a().sub(call.b(), alpha.doubleValue());
        });
        table.one("mul", call -> call.a().mul(call.b()));
        table.one("div", call -> switch (call.text("rounding_mode", "none")) {
            case "floor" -> call.a().div(call.b(), RoundingMode.FLOOR);
            case "trunc" -> call.a().div(call.b(), RoundingMode.TRUNC);
            default -> call.a().div(call.b());
        });
        table.one("floor_divide", call -> call.a().floorDivide(call.b()));
        table.one("fmod", call -> call.a().fmod(call.b()));
        table.one("remainder", call -> call.a().remainder(call.b()));
        table.one("pow", GoldenElementwise::pow);
        table.one("atan2", call -> call.a().atan2(call.b()));
        table.one("maximum", call -> call.a().maximum(call.b()));
        table.one("minimum", call -> call.a().minimum(call.b()));
        table.one("bitwise_and", call -> call.a().bitwiseAnd(call.b()));
        table.one("bitwise_or", call -> call.a().bitwiseOr(call.b()));
        table.one("bitwise_xor", call -> call.a().bitwiseXor(call.b()));
        table.one("logical_and", call -> call.a().logicalAnd(call.b()));
        table.one("logical_or", call -> call.a().logicalOr(call.b()));
        table.one("logical_xor", call -> call.a().logicalXor(call.b()));
        table.one("eq", call -> call.a().eq(call.b()));
        table.one("ne", call -> call.a().ne(call.b()));
        table.one("lt", call -> call.a().lt(call.b()));
        table.one("le", call -> call.a().le(call.b()));
        table.one("gt", call -> call.a().gt(call.b()));
        table.one("ge", call -> call.a().ge(call.b()));
    }

    private static void special(GoldenOperators table) {
        table.one("asinh", call -> call.a().asinh());
        table.one("acosh", call -> call.a().acosh());
        table.one("atanh", call -> call.a().atanh());
        table.one("erfc", call -> call.a().erfc());
        table.one("erfinv", call -> call.a().erfinv());
        table.one("lgamma", call -> call.a().lgamma());
        table.one("digamma", call -> call.a().digamma());
        table.one("exp2", call -> call.a().exp2());
        table.one("sinc", call -> call.a().sinc());
        table.one("frac", call -> call.a().frac());
        table.one("deg2rad", call -> call.a().deg2rad());
        table.one("rad2deg", call -> call.a().rad2deg());
        table.one("signbit", call -> call.a().signbit());
        table.one("isposinf", call -> call.a().isposinf());
        table.one("isneginf", call -> call.a().isneginf());
        table.one("special_zeta", call -> call.a().zeta(call.b()));
        table.one("logaddexp", call -> call.a().logaddexp(call.b()));
        table.one("logaddexp2", call -> call.a().logaddexp2(call.b()));
        table.one("xlogy", call -> call.a().xlogy(call.b()));
        table.one("hypot", call -> call.a().hypot(call.b()));
        table.one("copysign", call -> call.a().copysign(call.b()));
        table.one("fmax", call -> call.a().fmax(call.b()));
        table.one("fmin", call -> call.a().fmin(call.b()));
        table.one("heaviside", call -> call.a().heaviside(call.b()));
        table.one("ldexp", call -> call.a().ldexp(call.b()));
        table.one("float_power", call -> call.a().floatPower(call.b()));
        table.one("gcd", call -> call.a().gcd(call.b()));
        table.one("lcm", call -> call.a().lcm(call.b()));
        table.one("bitwise_left_shift", call -> call.a().bitwiseLeftShift(call.b()));
        table.one("bitwise_right_shift", call -> call.a().bitwiseRightShift(call.b()));
        table.one("polygamma", call -> call.a().polygamma(call.integer("n")));
        table.one("mvlgamma", call -> call.a().mvlgamma(call.integer("p")));
        table.one(
                "logit",
                call -> call.has("eps")
                        ? call.a().logit(call.number("eps", 0))
                        : call.a().logit());
        table.one(
                "nan_to_num",
                call -> call.a()
                        .nanToNum(
                                call.number("nan", 0), optionalNumber(call, "posinf"), optionalNumber(call, "neginf")));
        table.one("lerp_tensor", call -> call.a().lerp(call.b(), call.c()));
        table.one("clamp_tensor", call -> call.a().clamp(call.b(), call.c()));
        table.one(
                "isclose",
                call -> call.a()
                        .isclose(
                                call.b(),
                                call.number("rtol", 1e-5),
                                call.number("atol", 1e-8),
                                call.flag("equal_nan", false)));
        table.one("isin", call -> call.a().isin(call.b(), call.flag("invert", false)));
    }

    private static @Nullable Double optionalNumber(GoldenCall call, String name) {
        return call.has(name) ? Double.valueOf(call.number(name, 0)) : null;
    }

    private static Tensor pow(GoldenCall call) {
        Scalar exponent = call.scalar("exponent");
        if (exponent == null) {
            return call.a().pow(call.b());
        }
        return exponent.category() == DType.Category.FLOATING
                ? call.a().pow(exponent.doubleValue())
                : call.a().pow(exponent.longValue());
    }
}
