package io.gatun.backend.tck;

import io.gatun.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Every operator's {@link OperatorSpec}. A test asserts that none of {@link io.gatun.tensor.op.Op} is missing. */
public final class OperatorSpecs {
    /** What kernels are given: of complex operands only the parts. */
    static final List<DType> ALL =
            Arrays.stream(DType.values()).filter(dtype -> !dtype.isComplex()).toList();

    static final List<DType> NUMBERS =
            ALL.stream().filter(dtype -> dtype != DType.BOOL).toList();
    static final List<DType> FLOATING =
            ALL.stream().filter(DType::isFloatingPoint).toList();
    static final List<DType> INTEGERS = ALL.stream().filter(DType::isIntegral).toList();
    static final List<DType> NOT_FLOATING =
            ALL.stream().filter(dtype -> !dtype.isFloatingPoint()).toList();

    private OperatorSpecs() {}

    /** All of them. */
    public static List<OperatorSpec> all() {
        List<OperatorSpec> specs = new ArrayList<>();
        ElementwiseSpecs.addTo(specs);
        CreationSpecs.addTo(specs);
        RowSpecs.addTo(specs);
        IndexSpecs.addTo(specs);
        ProductSpecs.addTo(specs);
        RecurrentSpecs.addTo(specs);
        AttentionSpecs.addTo(specs);
        MatrixSpecs.addTo(specs);
        ComplexSpecs.addTo(specs);
        return List.copyOf(specs);
    }
}
