package io.gatun.tensor.spi;

import io.gatun.tensor.BackendException;
import io.gatun.tensor.op.OpRules;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of the providers found becomes the default, and the line that says so.
 *
 * @param provider the one chosen
 * @param level how loudly to say so: WARNING where the choice is slow and was not asked for
 * @param line what was chosen and why
 */
record BackendChoice(BackendProvider provider, System.Logger.Level level, String line) {
    private static final String SIMD_FLAG = "--add-modules jdk.incubator.vector";

    /**
     * The provider that {@code requested} names, or if null the usable one of the highest priority.
     *
     * @throws BackendException if it is unknown or unusable; the message lists every provider with the reason
     */
    static BackendChoice of(List<BackendProvider> providers, @Nullable String requested) {
        if (requested != null) {
            BackendProvider named = named(providers, requested);
            return new BackendChoice(
                    named, System.Logger.Level.INFO, "backend " + requested + ", as asked for: " + detail(named));
        }
        BackendProvider best = providers.stream()
                .filter(provider -> refusal(provider) == null)
                .max(Comparator.comparingInt(BackendProvider::priority))
                .orElseThrow(() -> new BackendException("no usable backend. " + describe(providers)));
        if (best.name().equals("reference")) {
            return new BackendChoice(
                    best,
                    System.Logger.Level.WARNING,
                    "backend reference, which is slow: the SIMD backend (gatun-backend-simd) is not usable. Start Java with "
                            + SIMD_FLAG + ". " + describe(providers));
        }
        return new BackendChoice(
                best,
                System.Logger.Level.INFO,
                "backend " + best.name() + ", the first usable by priority: " + detail(best));
    }

    static BackendProvider named(List<BackendProvider> providers, String name) {
        for (BackendProvider provider : providers) {
            if (provider.name().equals(name)) {
                String refusal = refusal(provider);
                if (refusal != null) {
                    throw new BackendException(
                            "backend '" + name + "' is not usable: " + refusal + ". " + describe(providers));
                }
                return provider;
            }
        }
        throw new BackendException("there is no backend '" + name + "'. " + describe(providers));
    }

    /** Why a provider cannot be used, or null. */
    static @Nullable String refusal(BackendProvider provider) {
        if (provider.opSetVersion() != OpRules.OP_SET_VERSION) {
            return "it was built for operator set " + provider.opSetVersion() + " and this is " + OpRules.OP_SET_VERSION
                    + ": use the versions of one release together (the BOM gatun-bom aligns them)";
        }
        Availability availability = provider.availability();
        return availability.usable() ? null : availability.reason();
    }

    private static String detail(BackendProvider provider) {
        return provider.availability().reason();
    }

    static String describe(List<BackendProvider> providers) {
        if (providers.isEmpty()) {
            return "No provider was found: add gatun-backend-simd to the class path or module path.";
        }
        StringBuilder text = new StringBuilder("Found: ");
        String separator = "";
        for (BackendProvider provider : providers) {
            String refusal = refusal(provider);
            text.append(separator).append(provider.name());
            text.append(refusal == null ? " (usable)" : " (not usable: " + refusal + ")");
            separator = ", ";
        }
        return text.append('.').toString();
    }
}
