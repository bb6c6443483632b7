package io.gatun.nn.data;

import java.util.stream.LongStream;

/**
 * Every sample in order.
 *
 * @param size how many there are
 */
public record SequentialSampler(long size) implements Sampler {
    @Override
    public long[] indices() {
        return LongStream.range(0, size).toArray();
    }
}
