package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the JIT sees of a stamped class. */
final class StampTest {
    private static final int INLINED_UP_TO = 325; // FreqInlineSize of the JDK, in bytes

    @Test
    void onlyWhatCallersCallIsTooLongToBeInlined() {
        ClassModel template = ClassFile.of().parse(Stamp.kernelBytes(Scans.Kernel.class, ScanTemplate.class));
        Map<String, Integer> lengths = template.methods().stream()
                .collect(Collectors.toMap(
                        method -> method.methodName().stringValue(),
                        method -> method.findAttribute(java.lang.classfile.Attributes.code())
                                .map(CodeAttribute::codeLength)
                                .orElse(0),
                        Math::max));
        assertThat(lengths.get("run")).isGreaterThan(INLINED_UP_TO);
        assertThat(lengths.get("next")).isLessThan(INLINED_UP_TO);
    }

    /** See {@link Stamp}: an access by a vector to a mapped file that was cut short must not end the process. */
    @Test
    void accessesByVectorsAreMarkedAsOnesThatMayFault() {
        ClassModel template = ClassFile.of().parse(Stamp.kernelBytes(ElementKernel.class, UnaryTemplate.class));
        template.methods()
                .forEach(method -> method.code().ifPresent(code -> {
                    List<String> calls = code.elementStream()
                            .filter(InvokeInstruction.class::isInstance)
                            .map(call -> ((InvokeInstruction) call).name().stringValue())
                            .filter(name -> name.endsWith("romMemorySegment") || name.equals("mayFault"))
                            .toList();
                    if (!calls.isEmpty()) {
                        assertThat(calls.get(0)).isEqualTo("mayFault");
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

    @Test
    void copiesShareNoClass() {
        Object first = Stamp.kernel(Scans.Kernel.class, ScanTemplate.class, DType.I64, false);
        Object second = Stamp.kernel(Scans.Kernel.class, ScanTemplate.class, DType.I64, true);
        assertThat(first.getClass()).isNotEqualTo(second.getClass());
    }
}
