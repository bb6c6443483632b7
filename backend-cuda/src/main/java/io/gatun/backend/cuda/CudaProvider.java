package io.gatun.backend.cuda;

import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.spi.Availability;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.BackendProvider;
import org.jspecify.annotations.Nullable;

/**
 * How the CUDA backend is found. This class touches no class of JCuda's: it must load where there is no JCuda, no driver and
 * no device, to say so.
 */
public final class CudaProvider implements BackendProvider {
    private static final int PRIORITY = 300;

    /** For the service loader. */
    public CudaProvider() {}

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public String deviceType() {
        return "cuda";
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
            Natives.requireClasses();
            return Availability.usable(Loaded.libraries().describe());
        } catch (CudaException e) {
            return Availability.unusable(String.valueOf(e.getMessage()));
        } catch (LinkageError | RuntimeException e) {
            return Availability.unusable("CUDA does not start: " + e);
        }
    }

    @Override
    public Backend create() {
        return new CudaBackend(Loaded.libraries());
    }

    /** What was found, once it was. */
    private static final class Loaded {
        private static @Nullable CudaLibraries libraries;

        static synchronized CudaLibraries libraries() {
            CudaLibraries found = libraries;
            if (found == null) {
                Machine machine = Machine.here();
                found = CudaLibraries.load(machine, Natives.here(machine));
                libraries = found;
            }
            return found;
        }
    }
}
