package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Complex;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Index;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operator that {@link Tensor} inherits, found by reflection so that a new one cannot escape, on tensors without
 * elements, without dimensions and with eight of them. Whatever the arguments, an operator gives a result or refuses with a
 * message of this library's; what is refused in place has changed nothing; and every backend does the same.
 */
class ApiSweepTest {
    private static final List<Device> DEVICES = List.of(Device.of("reference"), Device.of("simd"));
    private static final List<Shape> SHAPES =
            List.of(Shape.scalar(), Shape.of(0), Shape.of(3), Shape.of(2, 0, 3), Shape.of(1, 2, 1, 2, 1, 1, 2, 1));
    private static final List<DType> DTYPES = List.of(DType.F32, DType.I32, DType.U8, DType.BOOL);

    /** How arguments are chosen: what tensors among them are, what may be missing, and from where numbers count. */
    private enum Choice {
        LIKE(true),
        LIKE_FROM_BEHIND(false),
        INDEX(true),
        MASK(true),
        INDEX_THEN_LIKE(false),
        MASK_THEN_LIKE(true),
        NOTHING(true);

        private final boolean fromFront;

        Choice(boolean fromFront) {
            this.fromFront = fromFront;
        }

        Tensor tensor(Tensor x, int number) {
            return switch (this) {
                case LIKE, LIKE_FROM_BEHIND -> x.clone();
                case INDEX -> Tensor.zeros(x.shape(), DType.I64, x.device());
                case MASK -> Tensor.ones(x.shape(), DType.BOOL, x.device());
                case INDEX_THEN_LIKE -> number == 0 ? INDEX.tensor(x, 0) : x.clone();
                case MASK_THEN_LIKE -> number == 0 ? MASK.tensor(x, 0) : x.clone();
                case NOTHING -> x.clone();
            };
        }
    }

    @TestFactory
    Stream<DynamicTest> everyOperatorAnswersOrRefuses() {
        return operators()
                .map(method -> DynamicTest.dynamicTest(signature(method), () -> {
                    List<String> faults = new ArrayList<>();
                    for (DType dtype : DTYPES) {
                        for (Shape shape : SHAPES) {
                            for (Choice choice : Choice.values()) {
                                sweep(method, dtype, shape, choice, faults);
                            }
                        }
                    }
                    assertThat(faults).isEmpty();
                }));
    }

    static Stream<Method> operators() {
        return Arrays.stream(Tensor.class.getInterfaces())
                .filter(type -> type.getSimpleName().endsWith("Ops"))
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .sorted(Comparator.comparing(ApiSweepTest::signature));
    }

    private static String signature(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .toList();
    }

    private static void sweep(Method method, DType dtype, Shape shape, Choice choice, List<String> faults) {
        List<Object> outcomes = new ArrayList<>();
        for (Device device : DEVICES) {
            try (TensorScope _ = TensorScope.open()) {
                outcomes.add(outcome(method, values(dtype, shape, device), choice));
            }
        }
        String where = signature(method) + " on " + dtype + shape + " " + choice + ": ";
        for (Object outcome : outcomes) {
            if (outcome instanceof String fault && fault.startsWith("fault")) {
                faults.add(where + fault);
            }
        }
        boolean random = method.getDeclaringClass().getSimpleName().equals("RandomOps");
        if (!random && !same(outcomes.get(0), outcomes.get(1))) {
            faults.add(where + show(outcomes.get(0)) + " and " + show(outcomes.get(1)));
        }
    }

    private static String show(Object outcome) {
        return outcome instanceof double[] numbers ? Arrays.toString(numbers) : outcome.toString();
    }

    private static boolean same(Object a, Object b) {
        if (!(a instanceof double[] x) || !(b instanceof double[] y)) {
            return a.equals(b);
        }
        boolean same = x.length == y.length;
        for (int i = 0; same && i < x.length; i++) {
            same = Double.compare(x[i], y[i]) == 0 || Math.abs(x[i] - y[i]) <= 1e-5 * Math.max(1, Math.abs(x[i]));
        }
        return same;
    }

    private static Tensor values(DType dtype, Shape shape, Device device) {
        long[] numbers = new long[Math.toIntExact(shape.numel())];
        Arrays.setAll(numbers, i -> i % 3);
        return Tensor.of(numbers, dtype, device).reshape(shape);
    }

    /** All numbers of the results, with their shapes and dtypes; or a line of text: a refusal, or what is wrong. */
    private static Object outcome(Method method, Tensor x, Choice choice) {
        double[] before = x.toDoubleArray();
        Shape shape = x.shape();
        try {
            Object result = method.invoke(x, arguments(method, x, choice));
            List<Double> numbers = new ArrayList<>();
            collect(result, numbers);
            return numbers.stream().mapToDouble(Double::doubleValue).toArray();
        } catch (InvocationTargetException e) {
            Throwable refusal = e.getCause();
            String name = refusal.getClass().getName();
            boolean proper = name.startsWith("io.gatun.") || refusal instanceof IllegalArgumentException;
            if (!proper || refusal.getMessage() == null || refusal.getMessage().isBlank()) {
                return "fault: " + refusal + " at "
                        + Arrays.stream(refusal.getStackTrace()).limit(3).toList();
            }
            boolean unchanged = x.shape().equals(shape) && Arrays.equals(before, x.toDoubleArray());
            return unchanged ? "refused: " + name : "fault: refused, and changed: " + refusal.getMessage();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static void collect(@Nullable Object result, List<Double> numbers) {
        switch (result) {
            case null -> {}
            case Tensor tensor -> {
                numbers.add((double) tensor.dtype().name().hashCode());
                for (long size : tensor.shape().toArray()) {
                    numbers.add((double) size);
                }
                Tensor values = tensor.detach();
                for (double value : (tensor.dtype().isComplex() ? values.viewAsReal() : values).toDoubleArray()) {
                    numbers.add(value);
                }
            }
            case List<?> list -> list.forEach(entry -> collect(entry, numbers));
            case Record results -> {
                for (RecordComponent component : results.getClass().getRecordComponents()) {
                    collect(read(component, results), numbers);
                }
            }
            case Boolean truth -> numbers.add(truth ? 1.0 : 0.0);
            default -> {}
        }
    }

    private static @Nullable Object read(RecordComponent component, Record results) {
        try {
            return component.getAccessor().invoke(results);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the results of " + results.getClass() + " cannot be read", e);
        }
    }

    private static @Nullable Object[] arguments(Method method, Tensor x, Choice choice) {
        Class<?>[] types = method.getParameterTypes();
        @Nullable Object[] arguments = new Object[types.length];
        int tensors = 0;
        int dims = 0;
        for (int i = 0; i < types.length; i++) {
            Class<?> type = types[i];
            boolean optional = method.getParameters()[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
            if (optional && choice == Choice.NOTHING) {
                arguments[i] = null;
            } else if (type == Tensor.class) {
                arguments[i] = choice.tensor(x, tensors++);
            } else if (type == int.class || type == Integer.class) {
                arguments[i] = choice.fromFront ? dims++ : --dims;
            } else {
                arguments[i] = plain(type, x, choice.fromFront);
            }
        }
        return arguments;
    }

    private static Object plain(Class<?> type, Tensor x, boolean fromFront) {
        if (type.isEnum()) {
            return type.getEnumConstants()[fromFront ? 0 : type.getEnumConstants().length - 1];
        }
        return switch (type.getSimpleName()) {
            case "long" -> fromFront ? 1L : 2L;
            case "double", "Double" -> 0.5;
            case "boolean" -> fromFront;
            case "int[]" -> new int[] {fromFront ? 0 : -1};
            case "long[]" -> x.shape().toArray();
            case "Shape" -> x.shape();
            case "Axes" -> Axes.of(fromFront ? 0 : -1);
            case "Scalar" -> Scalar.of(1);
            case "Index[]" -> new Index[] {Index.at(0)};
            case "List" -> List.of(Tensor.zeros(Shape.of(1), DType.I64, x.device()));
            case "Complex" -> new Complex(1, 2);
            case "String" -> "fro";
            case "Generator" -> new Generator(7);
            case "Device" -> x.device();
            default -> throw new AssertionError("no argument of type " + type + " is known here: add one");
        };
    }
}
