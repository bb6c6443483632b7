package io.gatun.tensor.spi;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.StackTrace;

/** Which backend was made the default one, and why, for JDK Flight Recorder. */
@Name("io.gatun.BackendChoice")
@Label("Backend Choice")
@Category("Gatun")
@StackTrace(false)
@Registered(false)
final class BackendChoiceEvent extends Event {
    static {
        FlightEvents.register(BackendChoiceEvent.class);
    }

    @Label("Backend")
    String backend = "";

    @Label("Reason")
    String reason = "";

    static void record(BackendChoice choice) {
        BackendChoiceEvent event = new BackendChoiceEvent();
        event.backend = choice.provider().name();
        event.reason = choice.line();
        event.commit();
    }
}
