package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.CodeAttribute;
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

    @Test
    void copiesShareNoClass() {
        Object first = Stamp.kernel(Scans.Kernel.class, ScanTemplate.class, DType.I64, false);
        Object second = Stamp.kernel(Scans.Kernel.class, ScanTemplate.class, DType.I64, true);
        assertThat(first.getClass()).isNotEqualTo(second.getClass());
    }
}
