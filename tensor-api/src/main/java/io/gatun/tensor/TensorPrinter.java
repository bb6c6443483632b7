package io.gatun.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * A tensor as text, as PyTorch prints it: nested brackets in aligned columns, only the first and last three of a dimension
 * above 1000 elements in all, then whatever is not the default of size, dtype, device and gradient history.
 */
final class TensorPrinter {
    private static final int SUMMARISED_ABOVE = 1000;
    private static final int EDGE = 3;
    private static final int LINE_WIDTH = 80;
    private static final String PREFIX = "tensor(";

    private final Tensor tensor;
    private final boolean summarised;
    private final NumberFormat format;

    private TensorPrinter(Tensor tensor) {
        this.tensor = tensor;
        this.summarised = tensor.numel() > SUMMARISED_ABOVE;
        List<Scalar> shown = new ArrayList<>();
        collect(tensor, shown);
        this.format = new NumberFormat(tensor.dtype(), shown.toArray(Scalar[]::new));
    }

    static String print(Tensor x) {
        Tensor tensor = x.detach();
        StringBuilder text = new StringBuilder(PREFIX);
        if (tensor.numel() == 0) {
            text.append("[]");
        } else {
            new TensorPrinter(tensor).write(tensor, PREFIX.length(), text);
        }
        List<String> suffixes = suffixes(x);
        int lastLine = text.length() - (text.lastIndexOf("\n") + 1);
        for (String suffix : suffixes) {
            if (lastLine + suffix.length() + 2 > LINE_WIDTH) {
                text.append(",\n").append(" ".repeat(PREFIX.length()));
                lastLine = PREFIX.length() + suffix.length();
            } else {
                text.append(", ");
                lastLine += suffix.length() + 2;
            }
            text.append(suffix);
        }
        return text.append(')').toString();
    }

    private static List<String> suffixes(Tensor x) {
        List<String> suffixes = new ArrayList<>();
        String device = x.device().toString();
        if (!device.startsWith("cpu")) {
            suffixes.add("device='" + device + "'");
        }
        boolean isDefault =
                x.dtype() == DType.F32 || x.numel() > 0 && (x.dtype() == DType.I64 || x.dtype() == DType.BOOL);
        if (x.numel() == 0 && x.dim() != 1) {
            suffixes.add("size=" + x.shape());
        }
        if (!isDefault) {
            suffixes.add("dtype=" + x.dtype().pyTorchName());
        }
        String gradFn = x.gradFn();
        if (gradFn != null) {
            suffixes.add("gradFn=" + gradFn);
        } else if (x.requiresGrad()) {
            suffixes.add("requiresGrad=true");
        }
        return suffixes;
    }

    /** The positions of a dimension that are shown; -1 stands for the gap. */
    private long[] shown(long size) {
        if (!summarised || size <= 2 * EDGE) {
            return java.util.stream.LongStream.range(0, size).toArray();
        }
        return new long[] {0, 1, 2, -1, size - 3, size - 2, size - 1};
    }

    private void collect(Tensor part, List<Scalar> out) {
        if (part.dim() == 0) {
            out.add(Transfers.item("print", part));
            return;
        }
        for (long i : shown(part.size(0))) {
            if (i >= 0) {
                collect(part.select(0, i), out);
            }
        }
    }

    private void write(Tensor part, int indent, StringBuilder out) {
        if (part.dim() == 0) {
            out.append(format.format(Transfers.item("print", part)));
        } else if (part.dim() == 1) {
            writeRow(part, indent, out);
        } else {
            out.append('[');
            String separator = "";
            for (long i : shown(part.size(0))) {
                out.append(separator);
                if (i < 0) {
                    out.append("...");
                } else {
                    write(part.select(0, i), indent + 1, out);
                }
                separator = "," + "\n".repeat(part.dim() - 1) + " ".repeat(indent + 1);
            }
            out.append(']');
        }
    }

    private void writeRow(Tensor row, int indent, StringBuilder out) {
        int perLine = Math.max(1, (LINE_WIDTH - indent) / (format.width() + 2));
        out.append('[');
        int onLine = 0;
        boolean first = true;
        for (long i : shown(row.size(0))) {
            if (!first) {
                out.append(onLine == perLine ? ",\n" + " ".repeat(indent + 1) : ", ");
                onLine = onLine == perLine ? 0 : onLine;
            }
            out.append(i < 0 ? " ..." : format.format(Transfers.item("print", row.select(0, i))));
            first = false;
            onLine++;
        }
        out.append(']');
    }

    @Override
    public String toString() {
        return "TensorPrinter of " + tensor.shape();
    }
}
