package io.gatun.benchmarks.peers;

import io.gatun.benchmarks.Cblas;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/** oneMKL, found on the library path that {@link Peers} sets. */
@SuppressWarnings("restricted") // calling a native library is what it is for
final class Mkl {
    private static final Cblas LIBRARY =
            new Cblas(SymbolLookup.libraryLookup("libmkl_rt.so.2", Arena.global()), "MKL_Set_Num_Threads");

    private Mkl() {}

    static Cblas library() {
        return LIBRARY;
    }
}
