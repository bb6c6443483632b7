package io.gatun.backend.tck;

/** The reference backend against itself on contiguous operands; its meaning has tests of its own. */
class ReferenceConformanceTest extends BackendConformance {
    @Override
    protected String backend() {
        return "reference";
    }
}
