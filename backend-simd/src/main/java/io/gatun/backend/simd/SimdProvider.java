package io.gatun.backend.simd;

import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.spi.Availability;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.BackendProvider;

/**
 * How the SIMD backend is found. This class touches no class of the Vector API: it must load where the incubator module is
 * not in the boot layer, to say so.
 */
public final class SimdProvider implements BackendProvider {
    private static final String FLAG = "--add-modules jdk.incubator.vector";

    private static final int PRIORITY = 200;

    /** For the service loader. */
    public SimdProvider() {}

    @Override
    public String name() {
        return "simd";
    }

    @Override
    public String deviceType() {
        return "cpu";
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public int opSetVersion() {
        return OpRules.OP_SET_VERSION;
    }

    @Override
    public Availability availability() {
        try {
            Class.forName("jdk.incubator.vector.VectorShape", false, SimdProvider.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            return Availability.unusable("the module jdk.incubator.vector is not loaded: start Java with " + FLAG);
        }
        try {
            return Availability.usable(Vectors.describe());
        } catch (LinkageError | RuntimeException e) {
            Throwable cause = e instanceof ExceptionInInitializerError && e.getCause() != null ? e.getCause() : e;
            return Availability.unusable("the Vector API does not start: " + cause.getMessage());
        }
    }

    @Override
    public Backend create() {
        return new SimdBackend();
    }

    /** Loaded only once the Vector API is known to be there. */
    private static final class Vectors {
        static String describe() {
            return VectorWidth.BITS + "-bit vectors, " + Workers.shared().threads() + " thread(s)";
        }
    }
}
