package io.gatun.tensor.op;

import io.gatun.tensor.DType;

/**
 * Which operators are defined for complex operands: arithmetic, the functions that are analytic, equality, sums and
 * whatever moves elements. There is no order among complex numbers, so what compares, rounds, clamps or sorts is not.
 */
final class ComplexRules {
    private ComplexRules() {}

    static boolean defined(Op.Kernel op) {
        return switch (op) {
            case Op.Unary(var kind) -> kind.takes(DType.C64);
            case Op.Binary(var kind) -> kind.takes(DType.C64);
            case Op.Compare(var kind) -> kind == CompareKind.EQ || kind == CompareKind.NE;
            case Op.Reduce(var kind, var _, var _) -> kind.takes(DType.C64);
            case Op.Scan(var product, var _) -> !product;
            case Op.Scatter(var _, var kind) -> kind == ScatterKind.PUT || kind == ScatterKind.ADD;
            case Op.Where _,
                    Op.Cast _,
                    Op.Copy _,
                    Op.Fill _,
                    Op.MatMul _,
                    Op.Gather _,
                    Op.IndexSelect _,
                    Op.IndexAdd _,
                    Op.Nonzero _ -> true;
            case Op.Clamp _, Op.Arange _, Op.Random _, Op.ArgReduce _, Op.ArgScan _, Op.Sort _ -> false;
        };
    }

    static boolean defined(Op.Composite op) {
        return switch (op) {
            case Op.Concat _, Op.Pad _, Op.Conj _, Op.Fft _, Op.AveragePool _, Op.AveragePoolInput _ -> true;
            case Op.Softmax _,
                    Op.LogSoftmax _,
                    Op.CrossEntropy _,
                    Op.ChannelScale _,
                    Op.Normalize _,
                    Op.Gelu _,
                    Op.Dropout _,
                    Op.Attention _,
                    Op.Unrecorded _,
                    Op.Convolution _,
                    Op.ConvolutionInput _,
                    Op.ConvolutionWeight _,
                    Op.MaxPool _,
                    Op.LinearAlgebra _,
                    Op.Pinv _ -> false;
        };
    }
}
