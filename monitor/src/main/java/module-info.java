/**
 * Pictures of what a network learns, and a bar that says how far it is. XChart is an automatic module, so {@code jlink} cannot
 * put this one into an image.
 */
@SuppressWarnings("requires-automatic") // XChart has no descriptor
module io.gatun.monitor {
    requires transitive io.gatun.tensor;
    requires transitive java.desktop;
    requires me.tongfei.progressbar;
    requires xchart;
    requires static org.jspecify;

    exports io.gatun.monitor;
}
