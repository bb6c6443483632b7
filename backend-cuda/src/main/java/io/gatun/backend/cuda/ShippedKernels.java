package io.gatun.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * Kernels compiled beforehand, for machines without NVRTC: PTX in this package's resources, which the driver compiles for the
 * device. Not every source is there for every dtype; README.md says which are.
 *
 * <p>A file begins with a line that says by a digest which sources it is of. {@code tools/kernels ptx} makes them.
 */
final class ShippedKernels implements KernelCompiler {
    private final String whyNoCompiler;

    /** @param whyNoCompiler the sentence on NVRTC, for what is not shipped */
    ShippedKernels(String whyNoCompiler) {
        this.whyNoCompiler = whyNoCompiler;
    }

    /** Whether there are any. */
    static boolean areThere() {
        return ShippedKernels.class.getResource(resourceName(new KernelUnit("fill", List.of()))) != null;
    }

    /** The resource of a unit: its family and the values of its macros. */
    static String resourceName(KernelUnit unit) {
        return unit.defines().stream()
                .map(define -> "-" + define.substring(define.indexOf('=') + 1))
                .collect(Collectors.joining("", "ptx/" + unit.family(), ".ptx.gz"));
    }

    /** The line that a file begins with. */
    static String firstLine(KernelUnit unit) {
        return "// of sources " + unit.digest() + "\n";
    }

    /** The text of a unit's file; empty if there is none. */
    static String text(KernelUnit unit) {
        try (InputStream in = ShippedKernels.class.getResourceAsStream(resourceName(unit))) {
            return in == null ? "" : new String(new GZIPInputStream(in).readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same code, under the macros it has in the jar: it is without tensor cores whether these are wanted or not. */
    private static KernelUnit asShipped(KernelUnit unit) {
        List<String> defines = unit.defines().stream()
                .map(define -> define.equals(Products.CORES + 0) ? Products.CORES + 1 : define)
                .toList();
        return new KernelUnit(unit.family(), defines);
    }

    @Override
    public byte[] compile(KernelUnit unit, String architecture) {
        String text = text(asShipped(unit));
        if (text.isEmpty()) {
            throw new CudaException("the kernels " + unit + " have to be compiled, and " + whyNoCompiler);
        }
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Arrays.copyOf(bytes, bytes.length + 1); // C ends it with a 0
    }

    @Override
    public String describe() {
        return "kernels compiled beforehand, as there is no NVRTC";
    }

    @Override
    public boolean isSlow() {
        return false;
    }
}
