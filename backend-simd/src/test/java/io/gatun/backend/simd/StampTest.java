package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.incubator.vector.Vector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the JIT sees of a stamped class. */
final class StampTest {
    private static final int INLINED_UP_TO = 325; // FreqInlineSize of the JDK, in bytes
    private static final String MAY_FAULT = "java/lang/invoke/VarHandle.get"; // what Lanes.mayFault does

    @Test
    void onlyWhatCallersCallIsTooLongToBeInlined() {
        ClassModel template = ClassFile.of().parse(Stamp.kernelBytes(ElementKernel.class, BinaryTemplate.class));
        Map<String, Integer> lengths = template.methods().stream()
                .collect(Collectors.toMap(
                        method -> method.methodName().stringValue(),
                        method -> method.findAttribute(Attributes.code())
                                .map(CodeAttribute::codeLength)
                                .orElse(0),
                        Math::max));
        assertThat(lengths.get("one")).isLessThan(INLINED_UP_TO);
        assertThat(lengths.get("run")).isGreaterThan(INLINED_UP_TO);
    }

    /** See {@link Stamp}: an access to an element that is not in the loop's own method may stay a call, in some JVMs. */
    @ParameterizedTest
    @ValueSource(
            classes = {
                PickTemplate.class,
                PlacementTemplate.class,
                ScanTemplate.class,
                CastTemplate.class,
                PackTemplate.class,
                MaxPoolTemplate.class
            })
    void singleElementsAreReadAndStoredWhereTheLoopIs(Class<?> template) {
        ClassModel stamped = ClassFile.of().parse(Stamp.kernelBytes(template.getInterfaces()[0], template));
        assertThat(stamped.methods())
                .flatExtracting(method -> method.code().stream().toList())
                .flatExtracting(code -> code.elementStream()
                        .filter(InvokeInstruction.class::isInstance)
                        .map(call -> ((InvokeInstruction) call).owner().asInternalName())
                        .toList())
                .contains("java/lang/foreign/MemorySegment")
                .doesNotContain("io/gatun/backend/simd/Element");
        assertThat(stamped.methods())
                .extracting(method -> method.methodName().stringValue())
                .doesNotContain("next", "combine", "one", "line", "winner");
    }

    /** See {@link Stamp}: an access by a vector to a mapped file that was cut short must not end the process. */
    @Test
    void accessesByVectorsAreMarkedAsOnesThatMayFault() {
        ClassModel template = ClassFile.of().parse(Stamp.kernelBytes(ElementKernel.class, UnaryTemplate.class));
        template.methods()
                .forEach(method -> method.code().ifPresent(code -> {
                    List<String> calls = code.elementStream()
                            .filter(InvokeInstruction.class::isInstance)
                            .map(call ->
                                    ((InvokeInstruction) call).owner().name().stringValue() + "."
                                            + ((InvokeInstruction) call).name().stringValue())
                            .filter(name -> name.endsWith("romMemorySegment") || name.equals(MAY_FAULT))
                            .toList();
                    if (!calls.isEmpty()) {
                        assertThat(calls.get(0)).isEqualTo(MAY_FAULT);
                    }
                }));
        assertThat(template.methods())
                .anyMatch(method -> method.methodName().stringValue().equals("one"));
    }

    /** See {@link Stamp}: or stores are slow as soon as the JDK's own code has stored a vector to the heap. */
    @Test
    void segmentsAreKnownToBeOffTheHeap() {
        ClassModel template = ClassFile.of().parse(Stamp.kernelBytes(ElementKernel.class, BinaryTemplate.class));
        Map<String, Long> calls = template.methods().stream()
                .filter(method -> method.code().isPresent())
                .collect(Collectors.toMap(
                        method -> method.methodName().stringValue(),
                        method -> method.code()
                                .orElseThrow()
                                .elementStream()
                                .filter(InvokeInstruction.class::isInstance)
                                .takeWhile(call ->
                                        ((InvokeInstruction) call).name().equalsString("offHeap"))
                                .count()));
        assertThat(calls).containsEntry("run", 4L).containsEntry("runBoth", 3L).containsEntry("two", 0L);
    }

    /** See {@link Stamp}: whether calls inside of a method that kernels share are inlined, its own profile says, for all of them. */
    @ParameterizedTest
    @ValueSource(classes = {MathF32.class, MathF64.class, PhiloxNumbers.class})
    void whatKernelsShareCallsTheVectorApiAlone(Class<?> shared) throws IOException {
        ClassModel model = ClassFile.of()
                .parse(shared.getResourceAsStream(shared.getSimpleName() + ".class")
                        .readAllBytes());
        for (MethodModel method : model.methods()) {
            CodeAttribute code = method.findAttribute(Attributes.code()).orElseThrow();
            String name = method.methodName().stringValue();
            assertThat(code.codeLength()).as(name).isLessThanOrEqualTo(INLINED_UP_TO);
            boolean isBodyOfOneKernel = method.methodTypeSymbol().parameterList().stream()
                    .anyMatch(Vector.class.describeConstable().orElseThrow()::equals);
            if (!isBodyOfOneKernel) {
                assertThat(code.elementStream()
                                .filter(InvokeInstruction.class::isInstance)
                                .map(call -> ((InvokeInstruction) call).owner().asInternalName())
                                .filter(owner -> owner.startsWith("io/gatun")))
                        .as(name)
                        .isEmpty();
            }
        }
    }

    @Test
    void copiesShareNoClass() {
        Object first = Stamp.kernel(Scans.Kernel.class, ScanTemplate.class, DType.I64, false);
        Object second = Stamp.kernel(Scans.Kernel.class, ScanTemplate.class, DType.I64, true);
        assertThat(first.getClass()).isNotEqualTo(second.getClass());
    }
}
