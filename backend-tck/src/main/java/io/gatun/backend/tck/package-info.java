/**
 * The conformance kit that every backend, ours or not, must pass. Start with {@link
 * io.gatun.backend.tck.BackendConformance}, which a backend's test extends.
 *
 * <p>A third party needs a test dependency on {@code gatun-backend-tck} and {@code gatun-backend-reference}, its provider
 * in {@code META-INF/services}, and this:
 *
 * <pre>{@code
 * class MyBackendConformanceTest extends BackendConformance {
 *     @Override
 *     protected String backend() {
 *         return "mine";
 *     }
 *
 *     @Override
 *     protected Set<String> unsupported() {
 *         return Set.of("matmul of F16"); // must be refused with a message; what is not listed must work
 *     }
 * }
 * }</pre>
 *
 * <p>Surefire's {@code useModulePath} must be {@code false} where the provider is in the tests of a named module. At the end
 * the suite logs how many combinations of operator, dtype, layout and size ran, and what was declared unsupported.
 *
 * <p>Operators are described as data ({@link io.gatun.backend.tck.OperatorSpecs}) and multiplied by dtypes, shapes and
 * layouts ({@link io.gatun.backend.tck.InputLayout}); how near a result must be is set in one place ({@code Tolerances}).
 * {@link io.gatun.backend.tck.golden} runs cases that PyTorch computed.
 */
@NullMarked
package io.gatun.backend.tck;

import org.jspecify.annotations.NullMarked;
