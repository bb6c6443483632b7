package io.gatun.backend.cuda;

import io.gatun.tensor.RandomDraws;
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the random numbers of a graph start. Kernels take seed and counter of their generator from memory, and are told only how
 * far from there they are, so that each replay draws what the step would draw if it were run: it takes as much of the
 * generator's counter, and writes where that begins before its kernels run.
 */
final class CapturedDraws {
    private final DeviceContext device;
    private final IdentityHashMap<RandomDraws.Source, DeviceMemory.Block> places = new IdentityHashMap<>();
    private @Nullable RandomDraws draws;

    CapturedDraws(DeviceContext device) {
        this.device = device;
    }

    void watch(RandomDraws watched) {
        draws = watched;
    }

    /**
     * Writes where the numbers of this seed and counter start, as kernels take it: the structure Stretch of random.cu, with the address
     * of a seed and a counter, to which the counter is added, or 0. Numbers that no generator of those watched gave are the same in
     * each replay.
     */
    void start(Capture capture, long seed, long counter, Params params) {
        RandomDraws watched = draws;
        RandomDraws.Draw draw = watched == null ? null : watched.at(seed, counter);
        if (draw == null) {
            params.add(seed).add(counter).add(0L);
            return;
        }
        DeviceMemory.Block place = places.computeIfAbsent(draw.source(), source -> capture.keepApart(2 * Long.BYTES));
        params.add(seed).add(draw.offset()).add(place.address());
    }

    void end() {
        draws = null;
    }

    /** Takes the numbers of one replay, which is queued next. */
    void begin() {
        places.forEach((source, place) -> {
            RandomDraws.Begin begin = source.takeAgain();
            MemorySegment state = MemorySegment.ofArray(new long[] {begin.seed(), begin.counter()});
            device.write(state, place.address());
        });
    }
}
