package io.gatun.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A tensor as text, letter for letter as PyTorch prints it: nested brackets in aligned columns, only the first and last
 * items of a dimension above a threshold, then whatever is not the default of device, size, dtype and gradient history.
 * (Names of gradient functions have no number at their end.)
 */
final class TensorPrinter {
    private static final String PREFIX = "tensor(";
    private static final int GAP = -1;

    private final PrintOptions options;
    private final boolean summarised;
    private final NumberFormat format;
    private final @Nullable NumberFormat imaginary; // null for real numbers

    private TensorPrinter(Tensor tensor, PrintOptions options) {
        this.options = options;
        this.summarised = tensor.numel() > options.threshold();
        List<Scalar> shown = new ArrayList<>();
        collect(tensor, shown);
        DType dtype = tensor.dtype().toReal();
        this.format = new NumberFormat(dtype, shown, options);
        this.imaginary = tensor.isComplex()
                ? new NumberFormat(
                        dtype,
                        shown.stream()
                                .map(value -> Scalar.of(value.imaginaryValue()))
                                .toList(),
                        options)
                : null;
    }

    static String print(Tensor x, PrintOptions options) {
        Tensor tensor = x.detach();
        StringBuilder text = new StringBuilder(PREFIX);
        if (tensor.numel() == 0) {
            text.append("[]");
        } else {
            new TensorPrinter(tensor, options).write(tensor, PREFIX.length(), text);
        }
        int lastLine = text.length() - text.lastIndexOf("\n") + 1; // two more than there are, as PyTorch counts
        for (String suffix : suffixes(x)) {
            if (lastLine + suffix.length() + 2 > options.lineWidth()) {
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
        if (!x.device().equals(Device.getDefault())) {
            suffixes.add("device='" + x.device() + "'");
        }
        boolean isDefault = x.dtype() == DType.F32
                || x.numel() > 0 && (x.dtype() == DType.I64 || x.dtype() == DType.BOOL || x.dtype() == DType.C64);
        if (x.numel() == 0 && x.dim() != 1) {
            suffixes.add("size=" + x.shape());
        }
        if (!isDefault) {
            suffixes.add("dtype=torch." + x.dtype().pyTorchName());
        }
        String gradFn = x.gradFn();
        if (gradFn != null) {
            suffixes.add("grad_fn=" + gradFn);
        } else if (x.requiresGrad()) {
            suffixes.add("requires_grad=True");
        }
        return suffixes;
    }

    /** The positions of a dimension that are shown, and {@link #GAP}. */
    private long[] shown(long size) {
        int edge = options.edgeItems();
        if (!summarised || size <= 2L * edge) {
            return LongStream.range(0, size).toArray();
        }
        return LongStream.concat(
                        LongStream.concat(LongStream.range(0, edge), LongStream.of(GAP)),
                        LongStream.range(size - edge, size))
                .toArray();
    }

    private void collect(Tensor part, List<Scalar> out) {
        if (part.dim() == 0) {
            out.add(Transfers.item("print", part));
            return;
        }
        for (long i : shown(part.size(0))) {
            if (i != GAP) {
                collect(part.select(0, i), out);
            }
        }
    }

    private void write(Tensor part, int indent, StringBuilder out) {
        if (part.dim() == 0) {
            out.append(element(part));
        } else if (part.dim() == 1) {
            writeRow(part, indent, out);
        } else {
            out.append('[');
            String separator = "";
            for (long i : shown(part.size(0))) {
                out.append(separator);
                if (i == GAP) {
                    out.append("...");
                } else {
                    write(part.select(0, i), indent + 1, out);
                }
                separator = "," + "\n".repeat(part.dim() - 1) + " ".repeat(indent + 1);
            }
            out.append(']');
        }
    }

    private int width() {
        return imaginary == null ? format.width() : format.width() + imaginary.width() + 1;
    }

    private String element(Tensor part) {
        Scalar value = Transfers.item("print", part);
        if (imaginary == null) {
            return format.format(value);
        }
        String text = imaginary.format(Scalar.of(value.imaginaryValue())).stripLeading() + "j";
        return format.format(value) + (text.startsWith("-") ? "" : "+") + text;
    }

    private void writeRow(Tensor row, int indent, StringBuilder out) {
        int perLine = Math.max(1, (options.lineWidth() - indent) / (width() + 2));
        out.append('[');
        int count = 0;
        for (long i : shown(row.size(0))) {
            if (count > 0) {
                out.append(count % perLine == 0 ? ",\n" + " ".repeat(indent + 1) : ", ");
            }
            out.append(i == GAP ? " ..." : element(row.select(0, i)));
            count++;
        }
        out.append(']');
    }
}
