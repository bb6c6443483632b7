package io.gatun.backend.simd;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.StackTrace;

/**
 * What {@link HostPool} holds, for JDK Flight Recorder: whenever it takes memory from the system, and at intervals, a chunk of
 * the recording unless it says otherwise.
 */
@Name("io.gatun.Pool")
@Label("Memory Pool")
@Category("Gatun")
@Description("What the pool of host memory holds, when it has grown and at intervals")
@StackTrace(false)
@Registered(false)
final class PoolEvent extends Event {
    @Label("Lent")
    @DataAmount
    long lent;

    @Label("Waiting for Reuse")
    @DataAmount
    long cached;

    @Label("Limit")
    @DataAmount
    long limit;

    @Label("Collections Asked For")
    long collections;

    @Label("Requests Served from Memory Used Before")
    long hits;

    @Label("Requests That Took Fresh Memory")
    long misses;

    static void record(HostPool pool) {
        PoolEvent event = new PoolEvent();
        if (event.shouldCommit()) {
            PoolStats now = pool.stats();
            event.lent = now.liveBytes();
            event.cached = now.cachedBytes();
            event.limit = pool.limit();
            event.collections = now.collections();
            event.hits = now.hits();
            event.misses = now.misses();
            event.commit();
        }
    }
}
