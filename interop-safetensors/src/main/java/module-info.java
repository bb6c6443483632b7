/** safetensors files, read and written, and mapped in place. */
module io.gatun.safetensors {
    requires transitive io.gatun.tensor;
    requires static org.jspecify;

    exports io.gatun.safetensors;
}
