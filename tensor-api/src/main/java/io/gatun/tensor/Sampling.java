package io.gatun.tensor;

import io.gatun.tensor.op.RandomKind;
import io.gatun.tensor.spi.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * Draws that are more than one fill: orders, categories, counts. They are put together from {@link io.gatun.tensor.op.Op.Random}, from
 * operators that are exact on every backend, and from loops on the host, so that a seed gives the same everywhere.
 */
final class Sampling {
    private Sampling() {}

    /** 0 to n - 1 in random order, by Fisher and Yates, as R. Durstenfeld's Algorithm 235 (1964) does it in place. */
    static Tensor permutation(long n, DType dtype, Device device, Generator generator) {
        if (n < 0) {
            throw new ShapeException("randperm: there are no " + n + " numbers to put in order");
        }
        if (dtype == DType.BOOL || n - 1 > Random.highest(dtype)) {
            throw new DTypeException("randperm: the numbers from 0 to " + (n - 1) + " are not all exact in " + dtype);
        }
        RandomStream stream = RandomStream.of(generator);
        Tensor order = Tensor.arange(0, n, 1, device.type().equals("cpu") ? device : Device.cpu());
        try {
            shuffle(order.storage().segment(), n, stream);
        } finally {
            Reference.reachabilityFence(order);
        }
        return order.to(dtype).to(device);
    }

    private static void shuffle(MemorySegment elements, long n, RandomStream stream) {
        for (long i = n - 1; i > 0; i--) {
            long other = stream.nextLong(i + 1);
            long moved = Elements.getLong(DType.I64, elements, i);
            Elements.setLong(DType.I64, elements, i, Elements.getLong(DType.I64, elements, other));
            Elements.setLong(DType.I64, elements, other, moved);
        }
    }

    static Tensor geometric(Tensor target, double p, Generator generator) {
        if (!(p > 0 && p < 1)) {
            throw new ValueException(
                    "geometric_: the probability is " + p + "; it must be between 0 and 1, and neither");
        }
        DType dtype = target.dtype();
        if (dtype == DType.BOOL) {
            throw new DTypeException("geometric_: counts cannot be stored in BOOL");
        }
        if (dtype.isFloatingPoint()) {
            return Random.fill("geometric_", target, RandomKind.GEOMETRIC, p, 0, generator);
        }
        Dispatch.checkWritable("geometric_", target);
        try (TensorScope _ = TensorScope.open()) {
            return target.copy_(Random.create(
                    "geometric_", RandomKind.GEOMETRIC, p, 0, target.shape(), DType.F64, target.device(), generator));
        }
    }

    static Tensor bernoulli(Tensor probabilities, Generator generator) {
        Tensor p = requireProbabilities("bernoulli", probabilities);
        try (TensorScope scope = TensorScope.open()) {
            return scope.keep(successes(p, p.shape(), p.device(), generator).to(p.dtype()));
        }
    }

    static Tensor bernoulliInto(Tensor target, double p, Generator generator) {
        if (!(p >= 0 && p <= 1)) {
            throw new ValueException("bernoulli_: the probability is " + p + "; it must be from 0 to 1");
        }
        Dispatch.checkWritable("bernoulli_", target);
        return Random.fillSuccesses(target, p, generator);
    }

    static Tensor bernoulliInto(Tensor target, Tensor probabilities, Generator generator) {
        Tensor p = requireProbabilities("bernoulli_", probabilities);
        Shape shape = Shape.broadcast("bernoulli_", target.shape(), p.shape());
        if (!shape.equals(target.shape())) {
            throw new ShapeException("bernoulli_: probabilities of shape " + p.shape()
                    + " do not fit the target of shape " + target.shape());
        }
        Dispatch.checkWritable("bernoulli_", target);
        try (TensorScope _ = TensorScope.open()) {
            return target.copy_(successes(p, target.shape(), target.device(), generator));
        }
    }

    /** Compared in F32 at least: the 2^11 different uniform numbers of F16 would be too few. */
    private static Tensor successes(Tensor p, Shape shape, Device device, Generator generator) {
        DType dtype = p.dtype() == DType.F64 ? DType.F64 : DType.F32;
        Tensor draws = Random.create("bernoulli", RandomKind.UNIFORM, 0, 1, shape, dtype, device, generator);
        return draws.lt(p.to(device));
    }

    private static Tensor requireProbabilities(String operator, Tensor p) {
        if (!p.dtype().isFloatingPoint()) {
            throw new DTypeException(operator + ": probabilities must be floating-point, not " + p.dtype());
        }
        Tensor plain = p.detach();
        try (TensorScope _ = TensorScope.open()) {
            if (!plain.ge(0).logicalAnd(plain.le(1)).all().itemBoolean()) {
                throw new ValueException(
                        operator + ": the probabilities of shape " + p.shape() + " are not all from 0 to 1");
            }
        }
        return plain;
    }

    static Tensor normal(Tensor mean, Tensor std, Generator generator) {
        Random.requireFloating("normal", mean.dtype());
        Random.requireFloating("normal", std.dtype());
        Shape shape = Shape.broadcast("normal", mean.shape(), std.shape());
        Tensor spread = std.detach();
        try (TensorScope scope = TensorScope.open()) {
            if (!spread.ge(0).all().itemBoolean()) {
                throw new ValueException(
                        "normal: the standard deviations of shape " + std.shape() + " are not all 0 or more");
            }
            Tensor draws = Random.create(
                    "normal", RandomKind.NORMAL, 0, 1, shape, Promotion.of(mean, std), mean.device(), generator);
            return scope.keep(draws.mul_(spread).add_(mean.detach()));
        }
    }

    /**
     * With replacement by the inverse of the distribution function; without, by a race: category i arrives after an
     * exponential time of rate w(i), and the first to arrive are taken (P. Efraimidis, P. Spirakis, "Weighted random
     * sampling with a reservoir", 2006).
     */
    static Tensor multinomial(Tensor weights, long samples, boolean replacement, Generator generator) {
        Random.requireFloating("multinomial", weights.dtype());
        if (weights.dim() != 1 && weights.dim() != 2) {
            throw new ShapeException("multinomial: weights of shape " + weights.shape()
                    + " are neither a row (categories) nor rows (n, categories)");
        }
        long categories = weights.size(-1);
        if (samples <= 0 || !replacement && samples > categories) {
            throw new ValueException("multinomial: cannot draw " + samples + " samples from " + categories
                    + " categories" + (replacement ? "" : " without replacement"));
        }
        try (TensorScope scope = TensorScope.open()) {
            Tensor rows = weights.detach().to(DType.F64);
            requireWeights(rows);
            return scope.keep(
                    replacement
                            ? withReplacement(rows, samples, generator)
                            : withoutReplacement(rows, samples, generator));
        }
    }

    private static void requireWeights(Tensor rows) {
        if (!rows.ge(0).logicalAnd(rows.isfinite()).all().itemBoolean()) {
            throw new ValueException(
                    "multinomial: weights of shape " + rows.shape() + " hold a negative, infinite or NaN element");
        }
        if (rows.size(-1) == 0
                ? rows.dim() == 1 || rows.size(0) > 0
                : !rows.gt(0).any(-1).all().itemBoolean()) {
            throw new ValueException(
                    "multinomial: weights of shape " + rows.shape() + " have a row without a positive element");
        }
    }

    private static Tensor withoutReplacement(Tensor rows, long samples, Generator generator) {
        Tensor times = Random.create(
                "multinomial", RandomKind.EXPONENTIAL, 1, 0, rows.shape(), DType.F64, rows.device(), generator);
        Tensor speeds = rows.div(rows.amax(Axes.of(-1), true)).div(times);
        return speeds.sort(-1, true).indices().narrow(-1, 0, samples).contiguous();
    }

    private static Tensor withReplacement(Tensor rows, long samples, Generator generator) {
        RandomStream stream = RandomStream.of(generator);
        int categories = Math.toIntExact(rows.size(-1));
        long count = rows.dim() == 1 ? 1 : rows.size(0);
        double[] weights = rows.toDoubleArray();
        long[] drawn = new long[Math.toIntExact(count * samples)];
        double[] upTo = new double[categories];
        for (int row = 0; row < count; row++) {
            double scale = 0;
            for (int i = 0; i < categories; i++) {
                scale = Math.max(scale, weights[row * categories + i]);
            }
            double sum = 0;
            for (int i = 0; i < categories; i++) {
                sum += weights[row * categories + i] / scale;
                upTo[i] = sum;
            }
            for (int i = 0; i < samples; i++) {
                double point = Math.min(stream.nextDouble() * sum, Math.nextDown(sum));
                drawn[(int) (row * samples) + i] = firstAbove(upTo, point);
            }
        }
        Shape shape = rows.dim() == 1 ? Shape.of(samples) : Shape.of(count, samples);
        return Tensor.of(drawn, DType.I64, rows.device()).reshape(shape);
    }

    /** The first sum above {@code point}: never that of a category of weight 0, which adds nothing. */
    private static int firstAbove(double[] sums, double point) {
        int low = 0;
        int high = sums.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sums[middle] > point) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Element i from the stream of block i. */
    static Tensor poisson(Tensor rates, Generator generator) {
        Random.requireFloating("poisson", rates.dtype());
        double[] values = rates.toDoubleArray();
        if (!Arrays.stream(values).allMatch(rate -> rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new ValueException(
                    "poisson: the rates of shape " + rates.shape() + " are not all finite and 0 or more");
        }
        Generator.Stretch stretch = generator.take(values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = Poisson.draw(values[i], new RandomStream(stretch.seed(), stretch.counter() + i));
        }
        return Tensor.of(values, rates.dtype(), rates.device()).reshape(rates.shape());
    }
}
