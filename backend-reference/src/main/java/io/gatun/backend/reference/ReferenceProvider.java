package io.gatun.backend.reference;

import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.spi.Availability;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.BackendProvider;

/** Offers {@link ReferenceBackend} as {@code reference}: usable wherever Java runs, and the last choice by priority. */
public final class ReferenceProvider implements BackendProvider {
    /** For {@link java.util.ServiceLoader}. */
    public ReferenceProvider() {}

    @Override
    public String name() {
        return ReferenceBackend.NAME;
    }

    @Override
    public String deviceType() {
        return "cpu";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public int opSetVersion() {
        return OpRules.OP_SET_VERSION;
    }

    @Override
    public Availability availability() {
        return Availability.usable("plain Java, one thread");
    }

    @Override
    public Backend create() {
        return new ReferenceBackend();
    }
}
