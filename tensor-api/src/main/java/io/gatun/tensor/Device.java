package io.gatun.tensor;

import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.Backends;
import org.jspecify.annotations.Nullable;

/**
 * Where a tensor's memory is and who computes on it: a kind of device, its number, and the backend that serves it.
 * Devices are equal if all three are. Operators take tensors of one device; {@code t.to(device)} copies between them.
 */
public final class Device {
    private final String type;
    private final int index;
    private final String backendName;
    private volatile @Nullable Backend backend;

    private Device(String type, int index, String backendName) {
        this.type = type;
        this.index = index;
        this.backendName = backendName;
    }

    /** The device that new tensors are on when none is named; see {@link Backends}. */
    public static Device getDefault() {
        return Backends.defaultDevice();
    }

    /** The CPU, served by the default backend if that is one for the CPU, else by the best usable one. */
    public static Device cpu() {
        return Backends.device("cpu", 0);
    }

    /**
     * A CUDA device.
     *
     * @throws DeviceException saying why, if no CUDA backend is usable
     */
    public static Device cuda(int index) {
        return Backends.device("cuda", index);
    }

    /**
     * Device 0 of the backend called {@code backend}, such as {@code reference}: for comparing backends in one program.
     *
     * @throws BackendException if there is none of that name, or it is not usable here
     */
    public static Device of(String backend) {
        return Backends.deviceOf(backend);
    }

    /** For backends: a device of theirs. */
    public static Device of(String type, int index, String backendName) {
        return new Device(type, index, backendName);
    }

    /** {@code cpu} or {@code cuda}. */
    public String type() {
        return type;
    }

    /** Its number among those of its type. */
    public int index() {
        return index;
    }

    /** The backend that serves it. */
    public String backendName() {
        return backendName;
    }

    /** The backend itself. */
    public Backend backend() {
        Backend known = backend;
        if (known == null) {
            known = Backends.backend(backendName);
            backend = known;
        }
        return known;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Device that
                        && index == that.index
                        && type.equals(that.type)
                        && backendName.equals(that.backendName);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * type.hashCode() + index) + backendName.hashCode();
    }

    /** {@code cpu}, {@code cuda:0}; the backend is added where it is not what the type usually means. */
    @Override
    public String toString() {
        String usual = type.equals("cpu") ? "simd" : "cuda";
        String name = type.equals("cpu") ? type : type + ":" + index;
        return backendName.equals(usual) ? name : name + " (" + backendName + ")";
    }
}
