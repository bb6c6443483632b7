package io.gatun.tensor.spi;

import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;

/**
 * Makes events known to JDK Flight Recorder when it begins to work, and not before: to register the first event sets the
 * recorder up, which takes a third of the time until a program has its first tensor. Event classes that are registered
 * here are annotated with {@code @Registered(false)}; until then they record nothing.
 */
public final class FlightEvents {
    private FlightEvents() {}

    /** Has {@code event} registered. */
    public static void register(Class<? extends Event> event) {
        whenSetUp(() -> FlightRecorder.register(event));
    }

    /** Has {@code event} registered, and {@code record} run at the intervals that a recording asks for. */
    public static void register(Class<? extends Event> event, Runnable record) {
        whenSetUp(() -> {
            FlightRecorder.register(event);
            FlightRecorder.addPeriodicEvent(event, record);
        });
    }

    private static void whenSetUp(Runnable register) {
        FlightRecorder.addListener(new FlightRecorderListener() {
            @Override
            public void recorderInitialized(FlightRecorder recorder) {
                register.run();
            }
        });
    }
}
