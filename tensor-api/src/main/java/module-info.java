/** Strided tensors, the operator set, and the interface that backends implement. */
module io.gatun.tensor {
    requires static org.jspecify;
}
