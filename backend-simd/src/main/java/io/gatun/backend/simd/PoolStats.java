package io.gatun.backend.simd;

/**
 * What {@link HostPool} holds and did so far.
 *
 * @param liveBytes bytes of regions that are lent: to large tensors, and to slabs of which any part is in use
 * @param cachedBytes bytes of regions that wait to be used again
 * @param hits requests served from memory used before
 * @param misses requests that took memory from the system, or from a slab whose memory is fresh from there
 * @param collections how often the collector was asked
 */
record PoolStats(long liveBytes, long cachedBytes, long hits, long misses, long collections) {}
