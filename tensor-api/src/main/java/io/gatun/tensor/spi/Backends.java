package io.gatun.tensor.spi;

import io.gatun.tensor.BackendException;
import io.gatun.tensor.Device;
import io.gatun.tensor.DeviceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The backends found on the path, and which of them serves which device.
 *
 * <p>Discovery runs once, on first use, through {@link ServiceLoader}. {@code -Dgatun.backend=NAME}, or the environment's
 * {@code GATUN_BACKEND}, picks the default; else the usable provider of the highest priority is taken. The choice is
 * logged once; nothing falls back silently.
 */
public final class Backends {
    /** The system property that picks the default backend. */
    public static final String PROPERTY = "gatun.backend";

    private static final System.Logger LOG = System.getLogger("io.gatun");

    private final List<BackendProvider> providers;
    private final Map<String, Backend> created = new HashMap<>();

    private Backends(List<BackendProvider> providers) {
        this.providers = providers;
    }

    private static final class Found {
        static final Backends ON_PATH = new Backends(discover());
        static final Device DEFAULT = chooseDefault();

        private static Device chooseDefault() {
            String property = System.getProperty(PROPERTY);
            String requested = property != null ? property : System.getenv("GATUN_BACKEND");
            BackendChoice choice = BackendChoice.of(ON_PATH.providers, requested);
            LOG.log(choice.level(), choice.line());
            BackendChoiceEvent.record(choice);
            return Device.of(
                    choice.provider().deviceType(), 0, choice.provider().name());
        }
    }

    private static List<BackendProvider> discover() {
        List<BackendProvider> found = new ArrayList<>();
        var iterator = ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader())
                .iterator();
        while (true) {
            try {
                if (!iterator.hasNext()) {
                    return List.copyOf(found);
                }
                found.add(iterator.next());
            } catch (ServiceConfigurationError | LinkageError broken) {
                LOG.log(System.Logger.Level.WARNING, "a backend provider could not be loaded: " + broken);
            }
        }
    }

    /** The device that new tensors are on when none is named. */
    public static Device defaultDevice() {
        return Found.DEFAULT;
    }

    /**
     * The device number {@code index} of kind {@code type}: the default backend's if it serves that kind, else that of
     * the usable backend of the highest priority which does.
     *
     * @throws DeviceException if no usable backend serves it; the message lists those found and why not
     */
    public static Device device(String type, int index) {
        Device preferred = Found.DEFAULT;
        if (preferred.type().equals(type)) {
            return Device.of(type, index, preferred.backendName());
        }
        BackendProvider best = null;
        for (BackendProvider provider : Found.ON_PATH.providers) {
            boolean serves = provider.deviceType().equals(type)
                    && BackendChoice.refusal(provider) == null
                    && (best == null || provider.priority() > best.priority());
            best = serves ? provider : best;
        }
        if (best == null) {
            throw new DeviceException("no usable backend serves device type '" + type + "'. "
                    + BackendChoice.describe(Found.ON_PATH.providers));
        }
        return Device.of(type, index, best.name());
    }

    /**
     * Device 0 of the backend called {@code name}: backends live side by side.
     *
     * @throws BackendException if there is none of that name, or it is not usable here
     */
    public static Device deviceOf(String name) {
        BackendProvider provider = BackendChoice.named(Found.ON_PATH.providers, name);
        return Device.of(provider.deviceType(), 0, name);
    }

    /** The names of the backends found that are usable here, the preferred first. */
    public static List<String> usable() {
        return Found.ON_PATH.providers.stream()
                .filter(provider -> BackendChoice.refusal(provider) == null)
                .sorted((a, b) -> Integer.compare(b.priority(), a.priority()))
                .map(BackendProvider::name)
                .toList();
    }

    /** The backend called {@code name}, created on first use. */
    public static Backend backend(String name) {
        Backends found = Found.ON_PATH;
        synchronized (found.created) {
            @Nullable Backend backend = found.created.get(name);
            if (backend == null) {
                backend = BackendChoice.named(found.providers, name).create();
                found.created.put(name, backend);
            }
            return backend;
        }
    }
}
