package io.gatun.autograd;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where an operator was called, kept while anomalies are looked for: its stack trace begins at the caller. The cause, if
 * any, is the call in whose gradient this operator ran.
 */
final class ForwardCall extends Exception {
    private static final long serialVersionUID = 1L;
    private static final String TENSORS = "io.gatun.tensor.";
    private static final Set<String> RECORDING = Set.of(
            ForwardCall.class.getName(),
            Node.class.getName(),
            LeafNode.class.getName(),
            OperatorNode.class.getName(),
            LinearNode.class.getName(),
            FunctionNode.class.getName(),
            OnceNode.class.getName(),
            ViewHistory.class.getName(),
            Recorder.class.getName(),
            Function.class.getName());

    private ForwardCall(@Nullable ForwardCall outer) {
        super("the call of the operator", outer);
        StackTraceElement[] trace = getStackTrace();
        int start = 0;
        while (start < trace.length && isRecording(trace[start].getClassName())) {
            start++;
        }
        setStackTrace(Arrays.copyOfRange(trace, start, trace.length));
    }

    /** This call, if anomalies are looked for on this thread, else null. */
    static @Nullable ForwardCall here() {
        ThreadState state = ThreadState.current();
        return state.detectsAnomaly ? new ForwardCall(state.running) : null;
    }

    /** The line, as in a stack trace. */
    String place() {
        StackTraceElement[] trace = getStackTrace();
        return trace.length == 0 ? "an unknown place" : trace[0].toString();
    }

    private static boolean isRecording(String name) {
        return name.startsWith(TENSORS) || RECORDING.contains(name);
    }
}
