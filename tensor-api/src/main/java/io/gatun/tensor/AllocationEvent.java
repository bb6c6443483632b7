package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.FlightEvents;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** Memory for one new tensor, for JDK Flight Recorder. */
@Name("io.gatun.Allocation")
@Label("Tensor Allocation")
@Category("Gatun")
@StackTrace(false)
@Registered(false)
final class AllocationEvent extends Event {
    static {
        FlightEvents.register(AllocationEvent.class);
    }

    @Label("Operator")
    @Nullable String operator;

    @Label("Size")
    @DataAmount
    long bytes;

    @Label("Device")
    String device = "";

    static void record(@Nullable Op op, long bytes, Device device) {
        AllocationEvent event = new AllocationEvent();
        if (event.shouldCommit()) {
            event.operator = op == null ? null : op.operatorName();
            event.bytes = bytes;
            event.device = device.toString();
            event.commit();
        }
    }
}
