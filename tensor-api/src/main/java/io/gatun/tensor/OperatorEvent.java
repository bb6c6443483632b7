package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.FlightEvents;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.StackTrace;

/**
 * One operator that a backend executed, for JDK Flight Recorder. While nothing records, the JIT removes it altogether.
 */
@Name("io.gatun.Op")
@Label("Operator")
@Category("Gatun")
@Description(
        "An operator that a backend executed. Composites that no backend claims show as the operators they are made of")
@StackTrace(false)
@Registered(false)
final class OperatorEvent extends Event {
    static {
        FlightEvents.register(OperatorEvent.class);
    }

    @Label("Operator")
    String operator = "";

    @Label("Operands")
    String operands = "";

    @Label("Backend")
    String backend = "";

    @Label("Read")
    @DataAmount
    long bytesRead;

    @Label("Written")
    @DataAmount
    long bytesWritten;

    /** Ends it, and records it if somebody wants that. */
    void done(Op op, String backend, Tensor[] inputs, Tensor[] outputs) {
        end();
        if (shouldCommit()) {
            record(op, backend, inputs, outputs);
        }
    }

    private void record(Op op, String backend, Tensor[] inputs, Tensor[] outputs) {
        operator = op.operatorName();
        this.backend = backend;
        operands = describe(inputs);
        bytesRead = bytes(inputs);
        bytesWritten = bytes(outputs);
        commit();
    }

    private static String describe(Tensor[] tensors) {
        StringBuilder text = new StringBuilder();
        for (Tensor tensor : tensors) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(tensor.dtype())
                    .append(tensor.layout().shape())
                    .append(tensor.layout().isContiguous() ? "" : " strided");
        }
        return text.toString();
    }

    /** What a tensor's elements take, once each however often a broadcast repeats them. */
    private static long bytes(Tensor[] tensors) {
        long bytes = 0;
        for (Tensor tensor : tensors) {
            long elements = 1;
            for (int i = 0; i < tensor.layout().rank(); i++) {
                elements *= tensor.layout().stride(i) == 0
                                && tensor.layout().shape().size(i) > 0
                        ? 1
                        : tensor.layout().shape().size(i);
            }
            bytes += elements * tensor.dtype().byteSize();
        }
        return bytes;
    }
}
