package io.gatun.backend.reference;

import io.gatun.tensor.Device;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;

/**
 * What every operator means, in plain Java: one obvious loop each, one thread, no Vector API. Other backends are compared
 * with it, and where they cannot run it takes their place.
 *
 * <p>An operator reads its operands into arrays in row-major order ({@link RowMajor}), computes, and writes the result;
 * so an output that is one of its operands needs no thought. Floating-point elements are computed in double and rounded
 * once to their dtype, integers in long and wrapped. It claims no composite: their decompositions are their meaning.
 */
public final class ReferenceBackend implements Backend {
    static final String NAME = "reference";

    /** Made by {@link ReferenceProvider}. */
    ReferenceBackend() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Storage allocate(Device device, long byteSize) {
        return new HeapStorage(device, byteSize);
    }

    @Override
    public void execute(Op.Kernel op, TensorView[] in, TensorView[] out) {
        switch (op) {
            case Op.Unary(var kind) -> Elementwise.unary(kind, in[0], out[0]);
            case Op.Binary(var kind) -> Elementwise.binary(kind, in[0], in[1], out[0]);
            case Op.Compare(var kind) -> Elementwise.compare(kind, in[0], in[1], out[0]);
            case Op.Where _ -> Elementwise.where(in[0], in[1], in[2], out[0]);
            case Op.Clamp _ -> Elementwise.clamp(in[0], in[1], in[2], out[0]);
            case Op.Cast _ -> Elementwise.cast(in[0], out[0]);
            case Op.Copy _ -> Elementwise.copy(in[0], out[0]);
            case Op.Fill(var value, var _, var _) -> Creation.fill(value, out[0]);
            case Op.Arange(var start, var step, var _, var _) -> Creation.arange(start, step, out[0]);
            case Op.Random random -> Creation.random(random, out[0]);
            case Op.Reduce(var kind, var axes, var _) -> Reductions.reduce(kind, axes, in[0], out[0]);
            case Op.ArgReduce(var largest, var dim, var _) -> Reductions.argReduce(largest, dim, in[0], out[0]);
            case Op.ArgScan(var largest, var dim) -> Reductions.argScan(largest, dim, in[0], out[0]);
            case Op.Scan(var product, var dim) -> Reductions.scan(product, dim, in[0], out[0]);
            case Op.Sort sort -> Reductions.sort(sort, in[0], out[0], out[1]);
            case Op.MatMul _ -> MatrixProduct.multiply(in[0], in[1], out[0]);
            case Op.Gather gather -> Indexing.gather(gather, in[0], in[1], out[0]);
            case Op.Scatter scatter -> Indexing.scatter(scatter, in[0], in[1], in[2], out[0]);
            case Op.IndexSelect select -> Indexing.indexSelect(select, in[0], in[1], out[0]);
            case Op.IndexAdd add -> Indexing.indexAdd(add, in[0], in[1], in[2], out[0]);
            case Op.Nonzero _ -> Indexing.nonzero(in[0], out[0]);
        }
    }
}
