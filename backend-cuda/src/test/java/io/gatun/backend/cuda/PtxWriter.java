package io.gatun.backend.cuda;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the files of {@link ShippedKernels}, by nvcc: PTX for the oldest devices, which later ones take too, and said to be of
 * the version of CUDA 12.0, whose drivers refuse a later one. That it is no more than that is shown by assembling it.
 *
 * <p>What is shipped is as much as fits, the dtypes that matter most first; at present all does.
 */
final class PtxWriter {
    /** What the text says of its version. */
    static final String VERSION = ".version 8.0";

    private static final long MOST = 8 << 20; // bytes of all files
    private static final String ARCHITECTURE = "75";
    private static final List<String> ORDER =
            List.of("F32", "BF16", "I64", "BOOL", "F16", "F64", "I32", "U8", "I16", "I8");
    private static final Pattern COMMENT = Pattern.compile("\\s*//.*");

    private PtxWriter() {}

    /** Replaces what is in {@code folder}, and says what is in it then. */
    static void write(Path folder) throws IOException, InterruptedException {
        Nvcc compiler =
                Nvcc.find().orElseThrow(() -> new IOException("PTX is made by nvcc, which is not installed here"));
        Files.createDirectories(folder);
        try (DirectoryStream<Path> old = Files.newDirectoryStream(folder, "*.ptx.gz")) {
            for (Path file : old) {
                Files.delete(file);
            }
        }
        List<KernelUnit> units = new ArrayList<>(KernelList.all());
        units.sort(Comparator.comparingInt(PtxWriter::rank));
        long bytes = 0;
        List<String> left = new ArrayList<>();
        for (Map.Entry<KernelUnit, byte[]> compiled : compile(compiler, units).entrySet()) {
            byte[] file = compiled.getValue();
            if (bytes + file.length > MOST) {
                left.add(compiled.getKey().toString());
                continue;
            }
            bytes += file.length;
            Files.write(folder.resolveSibling(ShippedKernels.resourceName(compiled.getKey())), file);
        }
        System.out.println((units.size() - left.size()) + " of " + units.size() + " units, " + bytes
                + " bytes; left out: " + left);
    }

    private static int rank(KernelUnit unit) {
        for (String define : unit.defines()) {
            if (define.startsWith("GATUN_TYPE=")) {
                return ORDER.indexOf(define.substring(define.indexOf('=') + 1));
            }
        }
        return -1;
    }

    private static Map<KernelUnit, byte[]> compile(Nvcc compiler, List<KernelUnit> units)
            throws IOException, InterruptedException {
        Map<KernelUnit, byte[]> results = new LinkedHashMap<>();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            Map<KernelUnit, Future<byte[]>> calls = new LinkedHashMap<>();
            units.forEach(unit -> calls.put(unit, threads.submit(() -> file(compiler, unit))));
            for (Map.Entry<KernelUnit, Future<byte[]>> call : calls.entrySet()) {
                results.put(call.getKey(), call.getValue().get());
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
        return results;
    }

    private static byte[] file(Nvcc compiler, KernelUnit unit) throws IOException {
        byte[] ptx = compiler.compile(unit, List.of("-ptx", "-arch=compute_" + ARCHITECTURE));
        String text = new String(ptx, StandardCharsets.US_ASCII)
                .lines()
                .map(line -> COMMENT.matcher(line).replaceFirst("").strip())
                .filter(line -> !line.isEmpty())
                .map(line -> line.startsWith(".version ") ? VERSION : line)
                .collect(Collectors.joining("\n", ShippedKernels.firstLine(unit), "\n"));
        compiler.assemble(text, "sm_" + ARCHITECTURE);
        return compressed(text);
    }

    /** The same each time: no date is in it. */
    private static byte[] compressed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }
}
