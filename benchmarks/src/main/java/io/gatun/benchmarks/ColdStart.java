package io.gatun.benchmarks;

import io.gatun.nn.F;
import io.gatun.tensor.DType;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.op.ConvolutionGeometry;
import io.gatun.tensor.op.Op;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs each kernel in fresh JVMs, says after how long each reached its speed, and fails on any that took more than two seconds.
 *
 * <p>A warm benchmark cannot see what this looks for: whether a Vector API kernel ends in the optimising compiler depends
 * on the order in which a starting JVM compiles methods. One that is caught in an earlier tier boxes every vector, a
 * hundred times slower, for the life of the process.
 *
 * <p>The speed to reach is half that of the best of three trial JVMs, which run nothing else. With {@code busy} for the first
 * JVM option, a second thread of each measured JVM calls all the other kernels in turn, so that the compilers have a long
 * queue of methods like these. With {@code after}, each JVM measures all the kernels, one after the other in an order that
 * differs from run to run: what calls kernels has then been compiled for others, as in any program of more than one operator.
 *
 * <pre>
 * java -cp benchmarks/target/benchmarks.jar io.gatun.benchmarks.ColdStart [RUNS [KERNEL...]] [-- [busy|after] JVM OPTION...]
 * </pre>
 */
public final class ColdStart {
    private static final long TRIAL = TimeUnit.SECONDS.toNanos(2);
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(20);
    private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(50);
    private static final double IN_TIME = 2; // seconds
    private static final int TRIALS = 3;
    private static final int DEFAULT_RUNS = 20;
    private static final String ALONE = "alone";
    private static final String BUSY = "busy";
    private static final String AFTER = "after";

    /** What a child saw: microseconds a call in its best window, and seconds until a window met the target, or NaN. */
    private record Outcome(double micros, double settled) {}

    /** A kernel, and the microseconds a call that it has to reach, or 0. */
    private record Target(String name, double micros) {}

    private ColdStart() {}

    private static Map<String, Supplier<Tensor>> kernels() {
        Tensor x = Tensor.rand(1 << 16).add(0.5);
        Tensor y = Tensor.rand(1 << 16).add(0.5);
        Tensor doubles = x.toDouble();
        Tensor matrix = Tensor.rand(512, 512);
        Tensor doubleMatrix = Tensor.rand(384, 384).toDouble();
        Tensor halfMatrix = matrix.toHalf();
        Tensor small = Tensor.rand(48, 48);
        Tensor batch = Tensor.rand(16, 64, 64);
        Tensor images = Tensor.rand(8, 16, 28, 28);
        Tensor weights = Tensor.rand(32, 16, 3, 3);
        Tensor depthwise = Tensor.rand(16, 1, 3, 3);
        int[] one = {1};
        Tensor convolved = F.conv2d(images, weights, null, one, one, one, 1);
        ConvolutionGeometry geometry = new ConvolutionGeometry(List.of(1, 1), List.of(1, 1), List.of(1, 1), 1);
        Tensor positions = Tensor.randint(512, Shape.of(512, 512));
        Tensor rowClasses = Tensor.randint(512, Shape.of(512));
        Tensor integers = Tensor.randint(100, Shape.of(1 << 16)).to(DType.I32);
        Map<String, Supplier<Tensor>> kernels = new LinkedHashMap<>();
        kernels.put("add", () -> x.add(y));
        kernels.put("addNumber", () -> x.add(2.0));
        kernels.put("divF64", () -> doubles.div(doubles));
        kernels.put("addI32", () -> integers.add(integers));
        kernels.put("exp", x::exp);
        kernels.put("tanh", x::tanh);
        kernels.put("sigmoid", x::sigmoid);
        kernels.put("erf", x::erf);
        kernels.put("erfF64", doubles::erf);
        kernels.put("logF64", doubles::log);
        kernels.put("pow", () -> x.pow(y));
        kernels.put("powF64", () -> doubles.pow(doubles));
        kernels.put("sin", x::sin);
        kernels.put("sinF64", doubles::sin);
        kernels.put("tanF64", doubles::tan);
        kernels.put("asinF64", () -> doubles.mul(0.5).asin());
        kernels.put("atan2F64", () -> doubles.atan2(doubles));
        kernels.put("log1pF64", doubles::log1p);
        kernels.put("sinhF64", doubles::sinh);
        kernels.put("acosh", x::acosh);
        kernels.put("compare", () -> x.lt(y));
        kernels.put("castToF64", x::toDouble);
        Tensor f16 = x.toHalf();
        Tensor bf16 = x.to(DType.BF16);
        kernels.put("addF16", () -> f16.add(f16));
        kernels.put("addBF16", () -> bf16.add(bf16));
        kernels.put("halves", () -> x.toHalf().mul(2.0));
        kernels.put("sum", x::sum);
        kernels.put("sumRows", () -> matrix.sum(1));
        kernels.put("sumColumns", () -> matrix.sum(0));
        kernels.put("sumRowsF64", () -> doubleMatrix.sum(1));
        kernels.put("amax", () -> matrix.amax(1));
        kernels.put("argmax", () -> matrix.argmax(1));
        kernels.put("cumsum", () -> matrix.cumsum(1));
        kernels.put("cumprod", () -> matrix.cumprod(1));
        kernels.put("erfc", x::erfc);
        kernels.put("asinh", x::asinh);
        kernels.put("lgamma", x::lgamma);
        kernels.put("digammaF64", doubles::digamma);
        kernels.put("erfinv", () -> x.mul(0.5).erfinv());
        kernels.put("softmax", () -> matrix.softmax(1));
        kernels.put("logSoftmax", () -> matrix.logSoftmax(1));
        kernels.put("crossEntropy", () -> F.crossEntropy(matrix, rowClasses));
        kernels.put("softmaxGradient", () -> Operators.run(new Op.SoftmaxGradient(1, false), matrix, matrix));
        kernels.put("layerNorm", () -> F.layerNorm(matrix, Shape.of(512), matrix.get(0), matrix.get(1), 1e-5));
        kernels.put("gelu", () -> F.gelu(x));
        Tensor heads = Tensor.rand(4, 256, 32);
        Tensor weighed = heads.mul(0.1);
        Op.Attention attention = new Op.Attention(0.2, true);
        Op.AttentionGradient attentionGradient = new Op.AttentionGradient(0.2, true);
        Tensor sums = Operators.runAll(attention, weighed, heads, heads)[1];
        kernels.put("attention", () -> Operators.run(attention, weighed, heads, heads));
        kernels.put("attentionGradient", () -> Operators.run(attentionGradient, heads, weighed, heads, heads, sums));
        Tensor doubleHeads = heads.toDouble();
        kernels.put("attentionF64", () -> Operators.run(attention, doubleHeads, doubleHeads, doubleHeads));
        Tensor parameter = x.clone();
        Tensor mean = Tensor.zerosLike(x);
        Tensor square = Tensor.onesLike(x);
        kernels.put("adam", () -> {
            Op.AdamStep step = new Op.AdamStep(0.9, 0.999, 1e-8, 0, 1, 1e-9, 1);
            Operators.update(step, List.of(parameter, mean, square), parameter, x, mean, square);
            return parameter;
        });
        kernels.put("softmaxF64", () -> doubleMatrix.softmax(1));
        kernels.put("batchNorm", () -> F.batchNorm(images, null, null, null, null, true, 0, 1e-5));
        kernels.put("transpose", () -> matrix.t().contiguous());
        kernels.put("everySecond", () -> matrix.slice(1, 0, 512, 2).contiguous());
        kernels.put("flip", () -> matrix.flip(1));
        kernels.put("interleave", () -> matrix.repeatInterleave(2, 1));
        kernels.put("clamp", () -> x.clamp(0.6, 1.2));
        kernels.put("strided", () -> matrix.t().add(matrix));
        kernels.put("matmul", () -> matrix.mm(matrix));
        kernels.put("matmulTransposed", () -> matrix.t().mm(matrix.t()));
        kernels.put("matmulF64", () -> doubleMatrix.mm(doubleMatrix));
        kernels.put("matmulSmall", () -> small.mm(small));
        kernels.put("matmulBatched", () -> batch.matmul(batch));
        kernels.put("cdist", () -> matrix.cdist(matrix));
        kernels.put("matmulThin", () -> matrix.narrow(0, 0, 1).mm(matrix));
        kernels.put("matmulThinF16", () -> halfMatrix.mm(halfMatrix.narrow(1, 0, 1)));
        kernels.put("convolution", () -> F.conv2d(images, weights, null, one, one, one, 1));
        Tensor many = Tensor.rand(2, 64, 28, 28);
        Tensor transformed = Tensor.rand(64, 64, 3, 3);
        kernels.put("convolutionTransformed", () -> F.conv2d(many, transformed, null, one, one, one, 1));
        kernels.put(
                "convolutionWeight",
                () -> Operators.run(new Op.ConvolutionWeight(geometry, Shape.of(3, 3)), images, convolved));
        kernels.put(
                "convolutionInput",
                () -> Operators.run(new Op.ConvolutionInput(geometry, Shape.of(28, 28)), convolved, weights));
        int[] two = {2};
        Tensor strided = F.conv2d(images, weights, null, two, one, one, 1);
        ConvolutionGeometry everySecond = new ConvolutionGeometry(List.of(2, 2), List.of(1, 1), List.of(1, 1), 1);
        kernels.put("convolutionStrided", () -> F.conv2d(images, weights, null, two, one, one, 1));
        kernels.put(
                "convolutionStridedInput",
                () -> Operators.run(new Op.ConvolutionInput(everySecond, Shape.of(28, 28)), strided, weights));
        kernels.put(
                "convolutionStridedWeight",
                () -> Operators.run(new Op.ConvolutionWeight(everySecond, Shape.of(3, 3)), images, strided));
        kernels.put("convolutionDepthwise", () -> F.conv2d(images, depthwise, null, one, one, one, 16));
        kernels.put(
                "convolutionDepthwiseWeight",
                () -> Operators.run(
                        new Op.ConvolutionWeight(
                                new ConvolutionGeometry(List.of(1, 1), List.of(1, 1), List.of(1, 1), 16),
                                Shape.of(3, 3)),
                        images,
                        images));
        kernels.put(
                "convolutionOfOne",
                () -> F.conv2d(images, weights.narrow(2, 1, 1).narrow(3, 1, 1), null));
        kernels.put("averagePool", () -> F.avgPool2d(images, 2));
        kernels.put("maxPool", () -> F.maxPool2d(images, 2));
        Tensor[] lstm = {
            Tensor.rand(4, 32, 24),
            Tensor.rand(32, 64),
            Tensor.rand(32, 64),
            Tensor.rand(256, 24),
            Tensor.rand(256, 64),
            Tensor.rand(256)
        };
        kernels.put("lstm", () -> Operators.run(new Op.LstmSteps(false), lstm));
        Tensor[] of = Operators.runAll(new Op.LstmSteps(false), lstm);
        Op.LstmStepsGradient ofLstm = new Op.LstmStepsGradient(false);
        kernels.put("lstmGradient", () -> Operators.run(ofLstm, of[0], lstm[2], lstm[2], lstm[4], of[1], of[2]));
        Tensor[] lstmF64 = Arrays.stream(lstm).map(Tensor::toDouble).toArray(Tensor[]::new);
        kernels.put("lstmF64", () -> Operators.run(new Op.LstmSteps(false), lstmF64));
        kernels.put("sort", () -> matrix.sort(1, false).values());
        kernels.put("topk", () -> matrix.topk(10, 1).values());
        kernels.put("median", () -> matrix.median(1).values());
        kernels.put("gather", () -> matrix.gather(1, positions));
        kernels.put("scatterAdd", () -> matrix.scatterAdd(1, positions, matrix));
        kernels.put("castToI64", x::toLong);
        kernels.put("remainder", () -> x.remainder(y));
        kernels.put("unfold", () -> images.unfold(2, 3, 1).unfold(3, 3, 1).contiguous());
        return kernels;
    }

    /** Parent, or with {@code --child MODE SEED [NAME TARGET]...} the process that is measured. */
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> all = Arrays.asList(args);
        if (!all.isEmpty() && all.get(0).equals("--child")) {
            child(all.get(1), Long.parseLong(all.get(2)), all.subList(3, all.size()));
            return;
        }
        int dashes = all.indexOf("--");
        List<String> own = dashes < 0 ? all : all.subList(0, dashes);
        List<String> options = dashes < 0 ? List.of() : all.subList(dashes + 1, all.size());
        int runs = own.isEmpty() ? DEFAULT_RUNS : Integer.parseInt(own.get(0));
        List<String> names = own.size() > 1
                ? own.subList(1, own.size())
                : List.copyOf(kernels().keySet());
        boolean named = !options.isEmpty() && List.of(BUSY, AFTER).contains(options.get(0));
        String mode = named ? options.get(0) : ALONE;
        List<String> flags = options.subList(named ? 1 : 0, options.size());
        System.out.printf("%d fresh JVMs a kernel, options %s%n", runs, options);
        System.out.printf("%-26s %10s %12s %12s %8s%n", "kernel", "best µs", "median s", "worst s", "late");
        int late = mode.equals(AFTER) ? together(names, runs, flags) : apart(names, mode, runs, flags);
        System.out.println(late == 0 ? "no kernel was late" : late + " runs were late");
        if (late > 0) {
            System.exit(1);
        }
    }

    /** A JVM for each kernel and run. */
    private static int apart(List<String> names, String mode, int runs, List<String> flags)
            throws IOException, InterruptedException {
        int late = 0;
        for (String name : names) {
            double best = best(name, flags);
            Outcome[] outcomes = new Outcome[runs];
            for (int run = 0; run < runs; run++) {
                outcomes[run] = run(mode, run, List.of(new Target(name, 2 * best)), flags)[0];
            }
            late += report(name, best, outcomes);
        }
        return late;
    }

    /** A JVM for each run, of all kernels. */
    private static int together(List<String> names, int runs, List<String> flags)
            throws IOException, InterruptedException {
        List<Target> targets = new ArrayList<>();
        for (String name : names) {
            targets.add(new Target(name, 2 * best(name, flags)));
        }
        Outcome[][] outcomes = new Outcome[names.size()][runs];
        for (int run = 0; run < runs; run++) {
            Outcome[] ofRun = run(AFTER, run, targets, flags);
            for (int i = 0; i < ofRun.length; i++) {
                outcomes[i][run] = ofRun[i];
            }
        }
        int late = 0;
        for (int i = 0; i < outcomes.length; i++) {
            late += report(names.get(i), targets.get(i).micros() / 2, outcomes[i]);
        }
        return late;
    }

    private static double best(String name, List<String> flags) throws IOException, InterruptedException {
        double best = Double.MAX_VALUE;
        for (int trial = 0; trial < TRIALS; trial++) {
            best = Math.min(best, run(ALONE, trial, List.of(new Target(name, 0)), flags)[0].micros());
        }
        return best;
    }

    private static int report(String name, double best, Outcome[] outcomes) {
        double[] settled = Arrays.stream(outcomes).mapToDouble(Outcome::settled).toArray();
        Arrays.sort(settled); // NaN, which is never, comes last
        double[] late = Arrays.stream(outcomes)
                .filter(outcome -> !(outcome.settled() <= IN_TIME))
                .mapToDouble(Outcome::micros)
                .sorted()
                .toArray();
        System.out.printf(
                "%-26s %10.1f %12.2f %12.2f %8d%s%n",
                name,
                best,
                settled[settled.length / 2],
                settled[settled.length - 1],
                late.length,
                late.length == 0 ? "" : " best µs of these " + Arrays.toString(late));
        return late.length;
    }

    /** What a JVM saw of {@code targets}, in their order. */
    private static Outcome[] run(String mode, int seed, List<Target> targets, List<String> flags)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dgatun.threads=1")); // a later option of the caller's overrides it
        command.addAll(flags);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                ColdStart.class.getName(),
                "--child",
                mode,
                Integer.toString(seed)));
        for (Target target : targets) {
            command.add(target.name());
            command.add(Double.toString(target.micros()));
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Outcome[] outcomes = new Outcome[targets.size()];
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            int lines = 0;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                String[] words = line.split(" ", -1);
                Outcome outcome = new Outcome(Double.parseDouble(words[1]), Double.parseDouble(words[2]));
                outcomes[Integer.parseInt(words[0])] = outcome;
                lines++;
            }
            if (process.waitFor() != 0 || lines != outcomes.length) {
                throw new IOException(
                        "a child failed: run it with " + command.subList(command.indexOf("--child"), command.size()));
            }
            return outcomes;
        }
    }

    private static void child(String mode, long seed, List<String> namesAndTargets) {
        Map<String, Supplier<Tensor>> kernels = kernels();
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < namesAndTargets.size(); i += 2) {
            targets.add(new Target(namesAndTargets.get(i), Double.parseDouble(namesAndTargets.get(i + 1))));
        }
        List<Target> shuffled = new ArrayList<>(targets);
        Collections.shuffle(shuffled, new Random(seed));
        if (mode.equals(BUSY)) {
            List<Supplier<Tensor>> others = kernels.entrySet().stream()
                    .filter(kernel -> !kernel.getKey().equals(targets.get(0).name()))
                    .map(Map.Entry::getValue)
                    .toList();
            Thread.ofPlatform().daemon().start(() -> {
                while (true) {
                    others.forEach(ColdStart::call);
                }
            });
        }
        for (Target target : shuffled) {
            Supplier<Tensor> kernel = Objects.requireNonNull(kernels.get(target.name()), target.name());
            Outcome outcome = measure(kernel, target.micros());
            System.out.println(targets.indexOf(target) + " " + outcome.micros() + " " + outcome.settled());
        }
    }

    /**
     * Calls until a window meets the target, or for the time of a trial if there is none. Time is that of the calling
     * thread on a processor, so that neighbours on the machine do not decide.
     */
    private static Outcome measure(Supplier<Tensor> kernel, double target) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        long end = start + (target > 0 ? LIMIT : TRIAL);
        double best = Double.MAX_VALUE;
        long now = start;
        while (now < end) {
            long from = now;
            long calls = 0;
            do {
                call(kernel);
                calls++;
                now = threads.getCurrentThreadCpuTime();
            } while (now - from < WINDOW);
            best = Math.min(best, (now - from) / 1e3 / calls);
            if (best <= target) {
                return new Outcome(best, (now - start) / 1e9);
            }
        }
        return new Outcome(best, Double.NaN);
    }

    private static long call(Supplier<Tensor> kernel) {
        try (TensorScope _ = TensorScope.open()) {
            return kernel.get().numel();
        }
    }
}
