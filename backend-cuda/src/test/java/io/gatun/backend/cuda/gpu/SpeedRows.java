package io.gatun.backend.cuda.gpu;

import io.gatun.backend.cuda.gpu.Row.Step;
import io.gatun.backend.cuda.gpu.Row.Unit;
import io.gatun.nn.F;
import io.gatun.nn.optim.Adam;
import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What is measured beside PyTorch, but for training steps. */
final class SpeedRows {
    static final String ELEMENTWISE = "element-wise, copies, sums";
    static final String PRODUCTS = "matrix products";
    static final String TF32 = "in TF32";
    static final String ROWS = "softmax, layer norm, cross entropy";
    static final String OPTIMISERS = "optimisers";
    static final String ATTENTION = "attention";
    static final String SMALL = "small operators";

    private static final double AS_FAST = 1.0;
    private static final double PRODUCT = 0.97;
    private static final double ROW = 1.2;
    private static final double FLASH = 1 / 1.5;

    private final Settings settings;

    private SpeedRows(Settings settings) {
        this.settings = settings;
    }

    /** Each is measured in a process of its own. */
    static List<String> families() {
        return List.of(ELEMENTWISE, PRODUCTS, TF32, ROWS, OPTIMISERS, ATTENTION, SMALL, TrainingRows.FAMILY);
    }

    static List<Row> of(String family, Settings settings) {
        SpeedRows rows = new SpeedRows(settings);
        return switch (family) {
            case ELEMENTWISE -> rows.elementwise();
            case PRODUCTS -> rows.products();
            case TF32 -> rows.tf32();
            case ROWS -> rows.rows();
            case OPTIMISERS -> rows.optimisers();
            case ATTENTION -> rows.attention();
            case SMALL -> rows.small();
            case TrainingRows.FAMILY -> TrainingRows.all(settings);
            default -> throw new IllegalArgumentException("no rows are called " + family);
        };
    }

    // ---- element-wise

    private List<Row> elementwise() {
        int n = settings.size(1 << 28, 1000);
        int side = settings.size(1 << 14, 32);
        List<Row> rows = new ArrayList<>();
        rows.add(one("copy", DType.F32, n, Tensor::clone));
        rows.add(two("add", DType.F32, n, Tensor::add));
        rows.add(two("add", DType.BF16, n, Tensor::add));
        rows.add(one("scale", DType.F32, n, x -> x.mul(1.5)));
        rows.add(one("exp", DType.F32, n, Tensor::exp));
        rows.add(one("gelu", DType.F32, n, F::gelu));
        rows.add(one("gelu", DType.BF16, n, F::gelu));
        rows.add(bytes("to_bf16", DType.F32, n, 6, x -> x.to(DType.BF16)));
        rows.add(square("transposed_copy", side, 8, x -> x.t().clone()));
        rows.add(square("add_row", side, 8, x -> x.add(x.narrow(0, 0, 1))));
        rows.add(square("sum_all", side, 4, Tensor::sum));
        rows.add(square("sum_rows", side, 4, x -> x.sum(1, false)));
        rows.add(square("sum_columns", side, 4, x -> x.sum(0, false)));
        rows.add(square("amax_rows", side, 4, x -> x.amax(1, false)));
        return rows;
    }

    private static Row one(String name, DType dtype, int n, UnaryOperator<Tensor> f) {
        return bytes(name, dtype, n, 2 * dtype.byteSize(), f);
    }

    private static Row bytes(String name, DType dtype, int n, int bytesEach, UnaryOperator<Tensor> f) {
        return elementwise(name, dtype, n, bytesEach, () -> {
            Tensor x = Tensor.rand(Shape.of(n), dtype);
            return () -> f.apply(x);
        });
    }

    private static Row two(String name, DType dtype, int n, BinaryOperator<Tensor> f) {
        return elementwise(name, dtype, n, 3 * dtype.byteSize(), () -> {
            Tensor x = Tensor.rand(Shape.of(n), dtype);
            Tensor y = Tensor.rand(Shape.of(n), dtype);
            return () -> f.apply(x, y);
        });
    }

    private static Row elementwise(String name, DType dtype, int n, int bytesEach, Supplier<Step> prepare) {
        String title = String.format(Locale.ROOT, "%s, %s, %,d", name.replace('_', ' '), dtype, n);
        String call = name + " " + theirs(dtype) + " " + n;
        return new Row(ELEMENTWISE, title, call, Unit.GIGABYTES, (double) n * bytesEach, AS_FAST, prepare);
    }

    private static Row square(String name, int side, int bytesEach, UnaryOperator<Tensor> f) {
        String title = name.replace('_', ' ') + ", F32, " + side + " x " + side;
        String call = name + " float32 " + side + " " + side;
        return new Row(ELEMENTWISE, title, call, Unit.GIGABYTES, (double) side * side * bytesEach, AS_FAST, () -> {
            Tensor x = Tensor.rand(Shape.of(side, side), DType.F32);
            return () -> f.apply(x);
        });
    }

    /** As PyTorch calls it. */
    private static String theirs(DType dtype) {
        return switch (dtype) {
            case F16 -> "float16";
            case BF16 -> "bfloat16";
            case F64 -> "float64";
            default -> "float32";
        };
    }

    // ---- matrix products

    private List<Row> products() {
        int small = settings.size(1024, 16);
        int middle = settings.size(4096, 24);
        int large = settings.size(8192, 32);
        List<Row> rows = new ArrayList<>();
        rows.add(product(PRODUCTS, DType.F32, 1, middle, false));
        rows.add(product(PRODUCTS, DType.F64, 1, middle, false));
        rows.add(product(PRODUCTS, DType.BF16, 1, large, false));
        rows.add(product(PRODUCTS, DType.BF16, 1, large, true));
        rows.add(product(PRODUCTS, DType.F16, 1, large, false));
        rows.add(product(PRODUCTS, DType.BF16, settings.size(64, 3), small, false));
        rows.add(product(PRODUCTS, DType.F32, settings.size(64, 3), small, false));
        rows.add(product(PRODUCTS, DType.BF16, 1, settings.size(512, 8), false));
        return rows;
    }

    private List<Row> tf32() {
        List<Row> rows = new ArrayList<>();
        rows.add(product(TF32, DType.F32, 1, settings.size(4096, 24), false));
        rows.add(product(TF32, DType.F32, 1, settings.size(8192, 32), false));
        rows.add(product(TF32, DType.F32, settings.size(64, 3), settings.size(1024, 16), false));
        return rows;
    }

    private static Row product(String family, DType dtype, int batch, int side, boolean transposed) {
        String what = family.equals(TF32) ? "product in TF32" : "product, " + dtype;
        String title =
                what + ", " + (batch > 1 ? batch + " of " : "") + side + (transposed ? ", second transposed" : "");
        String call = (family.equals(TF32) ? "product_tf32 " : "product ") + theirs(dtype) + " " + batch + " " + side
                + " " + (transposed ? 1 : 0);
        double operations = 2.0 * batch * side * side * side;
        return new Row(family, title, call, Unit.TERAFLOPS, operations, PRODUCT, () -> {
            Shape shape = batch == 1 ? Shape.of(side, side) : Shape.of(batch, side, side);
            Tensor x = Tensor.randn(shape, dtype);
            Tensor y = transposed ? Tensor.randn(shape, dtype).transpose(-1, -2) : Tensor.randn(shape, dtype);
            return () -> x.matmul(y);
        });
    }

    // ---- rows

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (DType dtype : List.of(DType.F32, DType.BF16)) {
            for (boolean backward : new boolean[] {false, true}) {
                rows.add(overRows(
                        "softmax",
                        dtype,
                        settings.size(1 << 15, 4),
                        settings.size(4096, 8),
                        backward,
                        x -> x.softmax(-1)));
                rows.add(overRows(
                        "layer_norm",
                        dtype,
                        settings.size(1 << 15, 4),
                        settings.size(4096, 8),
                        backward,
                        x -> F.layerNorm(x, Shape.of(x.size(-1)))));
                rows.add(overRows(
                        "cross_entropy",
                        dtype,
                        settings.size(1 << 13, 4),
                        settings.size(50_257, 9),
                        backward,
                        x -> F.crossEntropy(x, classes(x))));
            }
        }
        return rows;
    }

    private static Tensor classes(Tensor x) { // any, without drawing them
        return Tensor.arange(x.size(0)).remainder(x.size(1));
    }

    private static Row overRows(
            String name, DType dtype, int rows, int columns, boolean backward, UnaryOperator<Tensor> f) {
        String title = name.replace('_', ' ') + (backward ? " and its gradient, " : ", ") + dtype + ", " + rows + " x "
                + columns;
        String call = name + (backward ? "_gradient " : " ") + theirs(dtype) + " " + rows + " " + columns;
        return new Row(ROWS, title, call, Unit.MILLISECONDS, 0, ROW, () -> {
            Tensor x = Tensor.randn(Shape.of(rows, columns), dtype);
            if (!backward) {
                return () -> f.apply(x);
            }
            x.requiresGrad_(true);
            Tensor gradient = f.apply(x.detach()).clone();
            return () -> gradientOf(x, f, gradient);
        });
    }

    private static Tensor gradientOf(Tensor x, UnaryOperator<Tensor> f, Tensor gradient) {
        x.clearGrad();
        Tensor y = f.apply(x);
        if (y.shape().rank() == 0) {
            y.backward();
        } else {
            y.backward(gradient);
        }
        return y;
    }

    // ---- optimisers

    private List<Row> optimisers() {
        int tensors = settings.size(100, 3);
        int each = settings.size(1_000_000, 100);
        String title = String.format(
                Locale.ROOT,
                "Adam over %,d parameters in %d tensors, PyTorch with fused=True",
                tensors * each,
                tensors);
        return List.of(new Row(
                OPTIMISERS, title, "adam float32 " + tensors + " " + each, Unit.MILLISECONDS, 0, AS_FAST, () -> {
                    List<Tensor> parameters = Stream.generate(() ->
                                    Tensor.randn(Shape.of(each), DType.F32).requiresGrad_(true))
                            .limit(tensors)
                            .toList();
                    parameters.forEach(parameter -> parameter.mul(0.5).sum().backward());
                    Adam optimiser = new Adam(parameters, 1e-3);
                    return () -> {
                        optimiser.step();
                        return parameters.getLast();
                    };
                }));
    }

    // ---- attention

    private List<Row> attention() {
        return List.of(
                attention(
                        DType.BF16, settings.size(8, 1), settings.size(12, 2), settings.size(1024, 9), 64, true, false),
                attention(
                        DType.BF16, settings.size(8, 1), settings.size(12, 2), settings.size(1024, 9), 64, true, true),
                attention(
                        DType.BF16,
                        settings.size(4, 1),
                        settings.size(16, 2),
                        settings.size(4096, 10),
                        128,
                        false,
                        false),
                attention(
                        DType.BF16,
                        settings.size(4, 1),
                        settings.size(16, 2),
                        settings.size(4096, 10),
                        128,
                        true,
                        true));
    }

    private static Row attention(
            DType dtype, int batch, int heads, int length, int width, boolean causal, boolean backward) {
        String title = "attention" + (causal ? ", causal" : "") + (backward ? " and its gradient, " : ", ") + dtype
                + ", (" + batch + ", " + heads + ", " + length + ", " + width + ")";
        String call = "attention" + (backward ? "_gradient " : " ") + theirs(dtype) + " " + batch + " " + heads + " "
                + length + " " + width + " " + (causal ? 1 : 0);
        double operations = 4.0 * batch * heads * length * length * width * (causal ? 0.5 : 1) * (backward ? 3.5 : 1);
        return new Row(ATTENTION, title, call, Unit.TERAFLOPS, operations, FLASH, () -> {
            List<Tensor> operands = Stream.generate(() -> Tensor.randn(Shape.of(batch, heads, length, width), dtype)
                            .requiresGrad_(backward))
                    .limit(3)
                    .toList();
            Tensor gradient = Tensor.randn(Shape.of(batch, heads, length, width), dtype);
            return () -> {
                Tensor y = F.scaledDotProductAttention(operands.get(0), operands.get(1), operands.get(2), causal);
                if (backward) {
                    operands.forEach(Tensor::clearGrad);
                    y.backward(gradient);
                }
                return y;
            };
        });
    }

    // ---- small operators

    private List<Row> small() {
        return List.of(
                call("add of 10 elements", "add float32 10", x -> x.add(x)),
                call("chain of 10 adds of 10 elements", "chain float32 10", x -> {
                    Tensor y = x;
                    for (int i = 0; i < 10; i++) {
                        y = y.add(x);
                    }
                    return y;
                }),
                call("sum of 10 elements", "sum_all float32 10 1", Tensor::sum),
                call("add of 10 elements and reading one", "add_item float32 10", x -> {
                    Tensor y = x.add(x);
                    y.get(0).item();
                    return y;
                }));
    }

    private static Row call(String title, String call, UnaryOperator<Tensor> f) {
        return new Row(SMALL, title, call, Unit.MICROSECONDS, 0, AS_FAST, () -> {
            Tensor x = Tensor.rand(Shape.of(10), DType.F32);
            return () -> f.apply(x);
        });
    }
}
