/**
 * Gatun beside libtorch and oneMKL, in one JVM and in turns: what {@code tools/bench-peers} runs. Compiled with
 * {@code -Ppeers} only.
 *
 * <p>{@link io.gatun.benchmarks.peers.Peers} is the program. It starts {@link io.gatun.benchmarks.peers.Runner} in a JVM of
 * its own for each number of threads and each setting of the peer's, because native libraries read their settings once. The
 * rows of the table are {@link io.gatun.benchmarks.peers.Workload}s, a family a class, collected by
 * {@link io.gatun.benchmarks.peers.Workloads}.
 */
@NullMarked
package io.gatun.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
