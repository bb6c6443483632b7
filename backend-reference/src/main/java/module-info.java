/** Every operator in plain Java: the meaning of each, and the fallback. */
module io.gatun.backend.reference {
    requires transitive io.gatun.tensor;
    requires static org.jspecify;

    exports io.gatun.backend.reference;

    provides io.gatun.tensor.spi.BackendProvider with
            io.gatun.backend.reference.ReferenceProvider;
}
