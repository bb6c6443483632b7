package io.gatun.backend.cuda;

import static io.gatun.backend.cuda.Foreign.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/** What the driver has to say before anything is computed. */
final class DriverProbe {
    private static final MethodHandle DRIVER_GET_VERSION = Foreign.returningInt(POINTER);
    private static final int OLDEST = 1000 * Library.OLDEST; // as the driver numbers versions
    private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
    private static final int NAME_LENGTH = 256;

    private DriverProbe() {}

    /**
     * The version of CUDA that the driver is for, {@code 12060}; asked without JCuda, which takes functions for granted that
     * an older driver lacks.
     *
     * @throws CudaException if it is too old
     */
    static int version(NativeLibrary driver) {
        int version = readVersion(driver);
        if (version < OLDEST) {
            throw new CudaException("the NVIDIA driver is too old: it is for CUDA " + describe(version)
                    + " and Gatun needs one for CUDA " + describe(OLDEST)
                    + ": update it to 525.60.13 (Linux) or 527.41 (Windows), or newer");
        }
        return version;
    }

    private static int readVersion(NativeLibrary driver) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(ValueLayout.JAVA_INT);
            String function = "cuDriverGetVersion";
            check((int) DRIVER_GET_VERSION.invokeExact(driver.function(function), version.address()), function);
            return version.get(ValueLayout.JAVA_INT, 0);
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }

    /** {@code 12060} as {@code 12.6}. */
    static String describe(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }

    /**
     * The devices, in the driver's order: {@code NVIDIA H200 (compute capability 9.0)}.
     *
     * @throws CudaException if there is none
     */
    static List<String> devices(Machine machine) {
        int initialised = JCudaDriver.cuInit(0);
        int[] count = new int[1];
        if (initialised != CUresult.CUDA_ERROR_NO_DEVICE) {
            check(initialised, "cuInit");
            check(JCudaDriver.cuDeviceGetCount(count), "cuDeviceGetCount");
        }
        if (count[0] == 0) {
            throw noDevice(machine.variable().apply(VISIBLE));
        }
        List<String> devices = new ArrayList<>();
        for (int ordinal = 0; ordinal < count[0]; ordinal++) {
            devices.add(device(ordinal));
        }
        return devices;
    }

    private static CudaException noDevice(@Nullable String visible) {
        return new CudaException("the NVIDIA driver sees no device: "
                + (visible == null
                        ? "this machine has none, or this container was not given any (docker: --gpus all)"
                        : VISIBLE + "=\"" + visible + "\" may hide them: unset it, or name those to use, as 0,1"));
    }

    private static String device(int ordinal) {
        CUdevice device = new CUdevice();
        check(JCudaDriver.cuDeviceGet(device, ordinal), "cuDeviceGet");
        byte[] name = new byte[NAME_LENGTH];
        check(JCudaDriver.cuDeviceGetName(name, NAME_LENGTH, device), "cuDeviceGetName");
        int major = attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
        int minor = attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8) + " (compute capability " + major + "." + minor
                + ")";
    }

    private static int attribute(CUdevice device, int attribute) {
        int[] value = new int[1];
        check(JCudaDriver.cuDeviceGetAttribute(value, attribute, device), "cuDeviceGetAttribute");
        return value[0];
    }

    private static void check(int result, String function) {
        if (result != CUresult.CUDA_SUCCESS) {
            throw new CudaException("the NVIDIA driver does not start: " + function + " answers "
                    + CUresult.stringFor(result) + "; nvidia-smi may say more");
        }
    }
}
