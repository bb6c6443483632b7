package io.gatun.backend.cuda;

import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.util.function.Consumer;

/** How kernels are told of strided operands: the structure {@code Nest} of gatun.cuh. */
final class Nests {
    /** The loops a kernel has; what has more is launched once for each index of the further ones. */
    static final int LOOPS = 8;

    private Nests() {}

    /** Calls {@code launch} for each part of {@code nest} that a kernel can walk. */
    static void forEachPart(LoopNest nest, Consumer<Part> launch) {
        if (nest.isEmpty()) {
            return;
        }
        int outer = Math.max(0, nest.loops() - LOOPS);
        long parts = 1;
        for (int loop = 0; loop < outer; loop++) {
            parts *= nest.size(loop);
        }
        for (long part = 0; part < parts; part++) {
            launch.accept(new Part(nest, outer, part));
        }
    }

    /** The inner loops of a nest, from loop {@code outer} on, for one index of those outside. */
    record Part(LoopNest nest, int outer, long index) {
        /** The number of elements. */
        long count() {
            long count = 1;
            for (int loop = outer; loop < nest.loops(); loop++) {
                count *= nest.size(loop);
            }
            return count;
        }

        /** The element number at which an operand starts. */
        long offset(int operand) {
            long at = nest.base(operand);
            long rest = index;
            for (int loop = outer - 1; loop >= 0; loop--) {
                at += rest % nest.size(loop) * nest.stride(operand, loop);
                rest /= nest.size(loop);
            }
            return at;
        }

        /** Writes the structure; {@code views} in the order of the nest's operands. */
        void write(Params params, TensorView... views) {
            loops(params, views.length);
            for (int k = 0; k < views.length; k++) {
                params.add(CudaStorage.address(views[k])
                        + offset(k) * views[k].dtype().byteSize());
            }
        }

        /** Writes the structure but for the addresses. */
        void loops(Params params, int operands) {
            int loops = nest.loops() - outer;
            params.add(count()).add((long) loops);
            for (int i = 0; i < LOOPS; i++) {
                params.add(i < loops ? nest.size(nest.loops() - 1 - i) : 1);
            }
            for (int k = 0; k < operands; k++) {
                for (int i = 0; i < LOOPS; i++) {
                    params.add(i < loops ? nest.stride(k, nest.loops() - 1 - i) : 0);
                }
            }
        }
    }
}
