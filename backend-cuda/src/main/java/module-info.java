/** The CUDA backend, on JCuda and cuBLAS. */
module io.gatun.backend.cuda {
    requires transitive io.gatun.tensor;
    requires jcuda;
    requires jcublas;
    requires static org.jspecify;

    exports io.gatun.cuda;

    provides io.gatun.tensor.spi.BackendProvider with
            io.gatun.backend.cuda.CudaProvider;
}
