/** The conformance kit that every backend, ours or not, must pass. */
module io.gatun.backend.tck {
    requires transitive io.gatun.nn;
    requires transitive io.gatun.numpy;
    requires transitive org.junit.jupiter.api;
    requires transitive org.junit.jupiter.params;
    requires transitive tools.jackson.databind;
    requires org.assertj.core;
    requires static org.jspecify;

    exports io.gatun.backend.tck;
    exports io.gatun.backend.tck.golden;
}
