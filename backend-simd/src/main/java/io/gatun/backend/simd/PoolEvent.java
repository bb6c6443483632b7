package io.gatun.backend.simd;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What {@link HostPool} holds whenever it takes memory from the system, for JDK Flight Recorder. */
@Name("io.gatun.Pool")
@Label("Memory Pool")
@Category("Gatun")
@Description("The pool of host memory has grown")
@StackTrace(false)
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
}
