package io.gatun.backend.cuda.gpu;

import io.gatun.tensor.spi.Availability;
import io.gatun.tensor.spi.BackendProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;

/** What the machine has: devices, driver, libraries, PyTorch. */
final class DeviceFacts {
    private DeviceFacts() {}

    public static void main(String... arguments) throws InterruptedException {
        Settings settings = Settings.here();
        System.out.println("| what | which |\n|---|---|");
        row("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        row("Java", Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors");
        row(
                "nvidia-smi",
                answer(List.of("nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader")));
        row(
                "PyTorch",
                settings.python().isEmpty()
                        ? "not asked for"
                        : answer(
                                List.of(
                                        settings.python().getFirst(),
                                        "-c",
                                        "import torch; print(torch.__version__, 'of CUDA', torch.version.cuda, torch.cuda.get_device_name(0))")));
        Availability cuda = ServiceLoader.load(BackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals("cuda"))
                .findFirst()
                .orElseThrow()
                .availability();
        row("CUDA backend", cuda.reason());
        if (!cuda.usable()) {
            System.exit(JUnitRun.FAILED);
        }
        devices();
    }

    private static void devices() {
        int[] count = new int[1];
        JCudaDriver.cuInit(0);
        JCudaDriver.cuDeviceGetCount(count);
        for (int i = 0; i < count[0]; i++) {
            CUdevice device = new CUdevice();
            JCudaDriver.cuDeviceGet(device, i);
            long[] bytes = new long[1];
            JCudaDriver.cuDeviceTotalMem(bytes, device);
            row(
                    "device " + i,
                    attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT)
                            + " multiprocessors, " + (bytes[0] >> 20) + " MiB of memory, "
                            + (attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE) >> 20)
                            + " MiB of L2, compute capability "
                            + attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR) + "."
                            + attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR));
        }
    }

    private static int attribute(CUdevice device, int attribute) {
        int[] value = new int[1];
        JCudaDriver.cuDeviceGetAttribute(value, attribute, device);
        return value[0];
    }

    private static void row(String what, String which) {
        System.out.println("| " + what + " | " + which.replace("\n", "; ").replace("|", "/") + " |");
    }

    /** What a program prints, or that it cannot be asked. */
    private static String answer(List<String> command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            boolean ended = process.waitFor(30, TimeUnit.SECONDS);
            String last = printed.lines().reduce((_, line) -> line).orElse("");
            return ended && process.exitValue() == 0 ? printed : "none (" + last + ")";
        } catch (IOException e) {
            return "none (" + command.getFirst() + " cannot be run)";
        }
    }
}
