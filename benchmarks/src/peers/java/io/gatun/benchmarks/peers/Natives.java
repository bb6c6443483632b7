package io.gatun.benchmarks.peers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;

/**
 * The peers' libraries, unpacked into JavaCPP's cache, whose place {@code org.bytedeco.javacpp.cachedir} sets.
 *
 * <p>They must come before the system's on the library path: a system with a libtorch or OpenBLAS of its own would else
 * have these mixed with its own.
 */
final class Natives {
    /** What MKL's runtime loads for matrix products, with OpenMP as libtorch has it, whichever processor it finds. */
    private static final List<String> MKL = List.of(
            "libmkl_rt.so.2",
            "libmkl_core.so.2",
            "libmkl_intel_lp64.so.2",
            "libmkl_gnu_thread.so.2",
            "libmkl_def.so.2",
            "libmkl_avx2.so.2",
            "libmkl_avx512.so.2");

    private Natives() {}

    /** Unpacks what is not there yet, and returns the folders, joined for a library path. */
    static String libraryPath() throws IOException {
        String platform = Loader.getPlatform();
        List<String> folders = new ArrayList<>();
        for (String artifact : List.of("javacpp", "openblas", "pytorch")) {
            folders.add(unpack("/org/bytedeco/" + artifact + "/" + platform).toString());
        }
        Path mkl = Path.of("");
        for (String library : MKL) {
            mkl = unpack("/org/bytedeco/mkl/" + platform + "/" + library);
        }
        folders.add(String.valueOf(mkl.getParent()));
        return String.join(File.pathSeparator, folders);
    }

    private static Path unpack(String resource) throws IOException {
        File unpacked = Loader.cacheResource(Natives.class, resource);
        if (unpacked == null) {
            throw new IOException("not among the peers' jars: " + resource);
        }
        return unpacked.toPath();
    }
}
