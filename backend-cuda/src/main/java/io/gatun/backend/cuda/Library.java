package io.gatun.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A library of CUDA's that is there or not: what its files are called, and what brings it. */
enum Library {
    /** The driver's own library, which has one major version for ever. */
    DRIVER(
            "the NVIDIA driver's library",
            "libcuda\\.so\\.(1)",
            "libcuda.so.%d",
            "nvcuda\\.dll()",
            "nvcuda.dll",
            "(?!)",
            "install the NVIDIA driver"),
    /** Products of matrices. Its other half is {@code libcublasLt}. */
    CUBLAS(
            "cuBLAS",
            "libcublas\\.so\\.(\\d+)(\\.\\d+)*",
            "libcublas.so.%d",
            "cublas64_(\\d+)\\.dll",
            "cublas64_%d.dll",
            "(libcublasLt\\.so\\.\\d+|cublasLt64_\\d+\\.dll)",
            "install the CUDA toolkit, or python3 -m pip install nvidia-cublas-cu12"),
    /** The compiler of kernels, which opens {@code libnvrtc-builtins} by name when it first compiles. */
    NVRTC(
            "NVRTC",
            "libnvrtc\\.so\\.(\\d+)(\\.\\d+)*",
            "libnvrtc.so.%d",
            "nvrtc64_(\\d+)0_0\\.dll",
            "nvrtc64_%d0_0.dll",
            "(libnvrtc-builtins\\.so\\.\\d+\\.\\d+|nvrtc-builtins64_\\d+\\.dll)",
            "install the CUDA toolkit, or python3 -m pip install nvidia-cuda-nvrtc-cu12");

    /** The first major version of CUDA that Gatun works with. */
    static final int OLDEST = 12;

    private final String title;
    private final Pattern linux;
    private final String linuxName;
    private final Pattern windows;
    private final String windowsName;
    private final Pattern companion;
    private final String remedy;

    Library(
            String title,
            String linux,
            String linuxName,
            String windows,
            String windowsName,
            String companion,
            String remedy) {
        this.title = title;
        this.linux = Pattern.compile(linux);
        this.linuxName = linuxName;
        this.windows = Pattern.compile(windows);
        this.windowsName = windowsName;
        this.companion = Pattern.compile(companion);
        this.remedy = remedy;
    }

    /** As sentences call it. */
    String title() {
        return title;
    }

    /** What brings it. */
    String remedy() {
        return remedy;
    }

    /** Its files; the first group is the major version, or empty. */
    Pattern files(boolean onWindows) {
        return onWindows ? windows : linux;
    }

    /** Files beside it that it opens itself, by name, from wherever the loader looks. */
    Pattern companions() {
        return companion;
    }

    /** The majors that can be used where the driver is for CUDA {@code newest}, the newest first. */
    List<Integer> majors(int newest) {
        if (this == DRIVER) {
            return List.of(1);
        }
        List<Integer> majors = new ArrayList<>();
        for (int major = newest; major >= OLDEST; major--) {
            majors.add(major);
        }
        return majors;
    }

    /** The name that a program asks the loader for. */
    String name(boolean onWindows, int major) {
        return String.format(onWindows ? windowsName : linuxName, major);
    }
}
