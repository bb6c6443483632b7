package io.gatun.nn.data;

/** Which samples of a data set an epoch has, in which order. */
public interface Sampler {
    /** How many samples an epoch has. */
    long size();

    /** The numbers of the samples of a new epoch, {@link #size} of them. */
    long[] indices();
}
