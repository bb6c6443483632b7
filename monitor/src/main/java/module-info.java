/** Pictures of what a network learns, and a bar that says how far it is. */
@SuppressWarnings("requires-automatic") // XChart has no descriptor
module io.gatun.monitor {
    requires transitive io.gatun.tensor;
    requires transitive java.desktop;
    requires me.tongfei.progressbar;
    requires xchart;
    requires static org.jspecify;

    exports io.gatun.monitor;
}
