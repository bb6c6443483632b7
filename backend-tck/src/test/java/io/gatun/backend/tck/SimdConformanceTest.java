package io.gatun.backend.tck;

class SimdConformanceTest extends BackendConformance {
    @Override
    protected String backend() {
        return "simd";
    }
}
