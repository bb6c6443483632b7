/** Strided tensors, the operator set, and the interface that backends implement. */
@SuppressWarnings("module") // those that a package is exported to are built later, and need not be there
module io.gatun.tensor {
    requires jdk.jfr;
    requires static org.jspecify;

    exports io.gatun.tensor;
    exports io.gatun.tensor.op;
    exports io.gatun.tensor.spi;
    exports io.gatun.tensor.file to
            io.gatun.numpy,
            io.gatun.safetensors;

    uses io.gatun.tensor.spi.BackendProvider;
    uses io.gatun.tensor.spi.GradRecorder;
    uses io.gatun.tensor.spi.MatrixDecompositions;
}
