/**
 * The conformance kit that every backend, ours or not, must pass. Start with {@link
 * io.gatun.backend.tck.BackendConformance}, which a backend's test extends.
 *
 * <p>Operators are described as data ({@link io.gatun.backend.tck.OperatorSpecs}) and multiplied by dtypes, shapes and
 * layouts ({@link io.gatun.backend.tck.InputLayout}); how near a result must be is set in one place ({@code Tolerances}).
 * {@link io.gatun.backend.tck.golden} runs cases that PyTorch computed.
 */
@NullMarked
package io.gatun.backend.tck;

import org.jspecify.annotations.NullMarked;
