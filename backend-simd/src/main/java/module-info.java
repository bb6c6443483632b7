/** The default CPU backend, on the Vector API. */
module io.gatun.backend.simd {
    requires transitive io.gatun.tensor;
    requires jdk.incubator.vector;
    requires jdk.jfr;
    requires static org.jspecify;

    provides io.gatun.tensor.spi.BackendProvider with
            io.gatun.backend.simd.SimdProvider;
}
