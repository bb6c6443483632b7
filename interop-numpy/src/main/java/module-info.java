/** NumPy's .npy files, read and written, and mapped in place. */
module io.gatun.numpy {
    requires transitive io.gatun.tensor;
    requires static org.jspecify;

    exports io.gatun.numpy;
}
