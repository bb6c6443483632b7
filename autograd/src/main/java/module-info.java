/** Reverse-mode differentiation. */
module io.gatun.autograd {
    requires transitive io.gatun.tensor;
    requires static org.jspecify;

    exports io.gatun.autograd;

    provides io.gatun.tensor.spi.GradRecorder with
            io.gatun.autograd.Recorder;
}
