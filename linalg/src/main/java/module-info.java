import io.gatun.linalg.HostMatrices;
import io.gatun.tensor.spi.MatrixDecompositions;

/** Decompositions of matrices on the host, by ojAlgo. */
module io.gatun.linalg {
    requires io.gatun.tensor;
    requires ojalgo;
    requires static org.jspecify;

    provides MatrixDecompositions with
            HostMatrices;
}
