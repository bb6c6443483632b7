package io.gatun.backend.cuda;

import java.util.List;
import java.util.Map;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;

/** NVRTC 12, through JCuda. */
final class JNvrtcCompiler implements Nvrtc {
    @Override
    public String version() {
        int[] major = new int[1];
        int[] minor = new int[1];
        NvrtcCodes.check(JNvrtc.nvrtcVersion(major, minor), "nvrtcVersion");
        return major[0] + "." + minor[0];
    }

    @Override
    public byte[] compile(String source, String name, Map<String, String> headers, List<String> options) {
        nvrtcProgram program = new nvrtcProgram();
        List<Map.Entry<String, String>> entries = List.copyOf(headers.entrySet());
        int created = JNvrtc.nvrtcCreateProgram(
                program,
                source,
                name,
                entries.size(),
                entries.stream().map(Map.Entry::getValue).toArray(String[]::new),
                entries.stream().map(Map.Entry::getKey).toArray(String[]::new));
        NvrtcCodes.check(created, "nvrtcCreateProgram");
        try {
            int result = JNvrtc.nvrtcCompileProgram(program, options.size(), options.toArray(String[]::new));
            NvrtcCodes.checkCompiled(result, name, result == 0 ? "" : log(program));
            long[] size = new long[1];
            NvrtcCodes.check(JNvrtc.nvrtcGetCUBINSize(program, size), "nvrtcGetCUBINSize");
            byte[] code = new byte[Math.toIntExact(size[0])];
            NvrtcCodes.check(JNvrtc.nvrtcGetCUBIN(program, code), "nvrtcGetCUBIN");
            return code;
        } finally {
            NvrtcCodes.check(JNvrtc.nvrtcDestroyProgram(program), "nvrtcDestroyProgram");
        }
    }

    private static String log(nvrtcProgram program) {
        String[] log = {""};
        NvrtcCodes.check(JNvrtc.nvrtcGetProgramLog(program, log), "nvrtcGetProgramLog");
        return log[0];
    }
}
