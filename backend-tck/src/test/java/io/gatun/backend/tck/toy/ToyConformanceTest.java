package io.gatun.backend.tck.toy;

import io.gatun.backend.tck.BackendConformance;
import java.util.Set;

/** All that a third party writes to hold its backend against the suite. */
class ToyConformanceTest extends BackendConformance {
    @Override
    protected String backend() {
        return "toy";
    }

    @Override
    protected Set<String> unsupported() {
        return Set.of("fmod of BF16");
    }
}
