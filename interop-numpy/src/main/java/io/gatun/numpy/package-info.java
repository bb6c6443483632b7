/**
 * NumPy files as tensors. {@link io.gatun.numpy.Npy} maps, reads and writes single arrays ({@code .npy}), {@link
 * io.gatun.numpy.NpyWriter} appends to one, {@link io.gatun.numpy.Npz} is for archives of them ({@code .npz}); whatever is
 * wrong with a file is a {@link io.gatun.numpy.NpyFormatException}.
 *
 * <p>Behind them: {@code NpyHeader} reads and writes what stands in front of an array, {@code PythonLiteral} the Python
 * dictionary in it, {@code ElementType} the type that it names; {@code ArrayReader}, {@code ArrayMapper} and {@code
 * ArrayWriter} move the elements; {@code ZipDirectory} finds the members of an archive. Files are not trusted: nothing
 * is evaluated, and nothing allocated by a number that was not checked first.
 */
@NullMarked
package io.gatun.numpy;

import org.jspecify.annotations.NullMarked;
