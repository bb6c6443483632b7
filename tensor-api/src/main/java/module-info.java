/** Strided tensors, the operator set, and the interface that backends implement. */
module io.gatun.tensor {
    requires static org.jspecify;

    exports io.gatun.tensor;
    exports io.gatun.tensor.op;
    exports io.gatun.tensor.spi;

    uses io.gatun.tensor.spi.BackendProvider;
    uses io.gatun.tensor.spi.GradRecorder;
    uses io.gatun.tensor.spi.MatrixDecompositions;
}
