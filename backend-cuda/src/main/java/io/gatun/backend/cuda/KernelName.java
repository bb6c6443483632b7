package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A kernel among the sources, as those who launch it have it in a constant. It has a number, by which each device has the compiled
 * one in a table: {@link KernelCache#get}. Who asks again looks at no text.
 */
final class KernelName {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final String TYPE = "GATUN_TYPE=";

    private final int number = COUNT.getAndIncrement();
    private final String family;
    private final String name;
    private final boolean typed;
    private final List<String> macros;

    private KernelName(String family, String name, boolean typed, String... macros) {
        this.family = family;
        this.name = name;
        this.typed = typed;
        this.macros = List.of(macros);
    }

    /**
     * The kernel {@code name} of the source {@code family}.cu.
     *
     * @param macros {@code NAME=VALUE}
     */
    static KernelName of(String family, String name, String... macros) {
        return new KernelName(family, name, false, macros);
    }

    /** One that is compiled for each dtype, which its source calls {@code T}. */
    static KernelName typed(String family, String name, String... macros) {
        return new KernelName(family, name, true, macros);
    }

    /** One for each element size, whose name ends in it: for {@link #ofSize}. */
    static KernelName[] bySize(String family, String prefix) {
        return Stream.of(1, 2, 4, 8, 16).map(size -> of(family, prefix + size)).toArray(KernelName[]::new);
    }

    /** That for elements of {@code bytes} bytes. */
    static KernelName ofSize(KernelName[] bySize, int bytes) {
        return bySize[Integer.numberOfTrailingZeros(bytes)];
    }

    /** What {@code each} gives for each dtype: for {@link #ofType}. */
    static KernelName[] byType(Function<DType, KernelName> each) {
        return Stream.of(DType.values()).map(each).toArray(KernelName[]::new);
    }

    /** That for {@code dtype}. */
    static KernelName ofType(KernelName[] byType, DType dtype) {
        return byType[KernelUnit.code(dtype)];
    }

    /** Its place in tables. */
    int number() {
        return number;
    }

    /** Of the function. */
    String name() {
        return name;
    }

    /** What it is compiled in; {@code dtype} says nothing where it is for all. */
    KernelUnit unit(DType dtype) {
        List<String> defines = new ArrayList<>();
        if (typed) {
            defines.add(TYPE + dtype);
            defines.add("GATUN_INTEGRAL=" + (dtype.isFloatingPoint() ? 0 : 1));
        }
        defines.addAll(macros);
        return new KernelUnit(family, defines);
    }
}
