package io.gatun.tensor;

/** Binary search, for all values at once: a step halves every interval. NaN is larger than all. */
final class Searches {
    private Searches() {}

    /**
     * @param sorted ascending along the last dimension; of one dimension, or of the leading sizes of {@code values}
     */
    static Tensor sorted(String operator, Tensor sorted, Tensor values, boolean right) {
        boolean fits = sorted.dim() == 1
                || sorted.dim() > 0
                        && sorted.dim() == values.dim()
                        && sorted.shape().with(-1, 0).equals(values.shape().with(-1, 0));
        if (!fits) {
            throw new ShapeException(operator + ": values of shape " + values.shape()
                    + " cannot be searched for in a sequence of shape " + sorted.shape()
                    + ": it needs one dimension, or the same sizes but for the last");
        }
        DType dtype = DType.promote(sorted.dtype(), values.dtype());
        boolean line = sorted.dim() == 1;
        Tensor sequence = sorted.detach().to(dtype);
        Tensor wanted = line ? values.reshape(-1) : values;
        Tensor keys = wanted.detach().to(dtype);
        long n = sequence.size(-1);
        Tensor low = Tensor.zeros(keys.shape(), DType.I64, keys.device());
        Tensor high = Tensor.full(keys.shape(), Scalar.of(n), DType.I64, keys.device());
        for (long interval = n; interval > 0; interval /= 2) {
            Tensor middle = low.add(high).floorDivide(2);
            Tensor at = sequence.gather(-1, middle.clampMax(n - 1)); // where low = high = n, and nothing is left to do
            Tensor before = (right ? at.gt(keys) : at.ge(keys)).logicalNot().logicalAnd(low.lt(high));
            low = Elementwise.where(before, middle.add(1), low);
            high = Elementwise.where(before, high, middle);
        }
        return low.reshape(values.shape());
    }

    static Tensor isIn(Tensor elements, Tensor test) {
        DType dtype = DType.promote(elements.dtype(), test.dtype());
        Tensor line = test.detach().to(dtype).reshape(-1);
        Tensor numbers =
                dtype.isFloatingPoint() ? line.maskedSelect(line.isnan().logicalNot()) : line;
        if (numbers.numel() == 0) {
            return Tensor.zeros(elements.shape(), DType.BOOL, elements.device());
        }
        Tensor keys = elements.detach().to(dtype);
        Tensor sequence = numbers.sort().values();
        Tensor place = sorted("isin", sequence, keys, false).clampMax(sequence.numel() - 1);
        return sequence.indexSelect(0, place.reshape(-1)).reshape(keys.shape()).eq(keys);
    }
}
