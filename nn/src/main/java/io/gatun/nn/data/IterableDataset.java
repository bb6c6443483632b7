package io.gatun.nn.data;

import io.gatun.tensor.Tensor;
import java.util.List;

/**
 * Samples one after another, without numbers: a stream, a file read line by line. Every iterator is an epoch; a {@link
 * DataLoader} asks it from one thread at a time, which with workers need not be the consumer's.
 */
@FunctionalInterface
public interface IterableDataset extends Iterable<List<Tensor>> {}
