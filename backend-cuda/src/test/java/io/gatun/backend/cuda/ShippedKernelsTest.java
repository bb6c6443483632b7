package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code -Dgatun.cuda.ptx=FOLDER} the kernels are compiled into that folder first, as {@link PtxWriter} says. */
class ShippedKernelsTest {
    private static final KernelUnit FILL = new KernelUnit("fill", List.of());

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeThem() throws IOException, InterruptedException {
        String target = System.getProperty("gatun.cuda.ptx", "");
        if (!target.isEmpty()) {
            PtxWriter.write(Path.of(target));
            Assumptions.abort("kernels were written to " + target);
        }
    }

    private static void assumeThereAreSome() {
        Assumptions.assumeTrue(ShippedKernels.areThere(), "no kernels are shipped: `tools/kernels ptx` makes them");
    }

    @Test
    void areOfThePresentSources() throws IOException {
        List<String> others = KernelList.all().stream()
                .filter(unit -> !ShippedKernels.text(unit).isEmpty())
                .filter(unit -> !ShippedKernels.text(unit).startsWith(ShippedKernels.firstLine(unit)))
                .map(ShippedKernels::resourceName)
                .toList();
        assertThat(others)
                .as("shipped for other sources: run `tools/kernels ptx`, or delete them where there is no nvcc")
                .isEmpty();
    }

    @Test
    void anOlderDriverTakesThem() {
        assumeThereAreSome();
        String text = new String(new ShippedKernels("").compile(FILL, "sm_90"), StandardCharsets.US_ASCII);
        assertThat(text)
                .contains(PtxWriter.VERSION, ".target sm_75", ".entry fill4(")
                .endsWith("}\n\0");
    }

    @Test
    void whatIsNotShippedNeedsTheCompiler() {
        KernelUnit unknown = new KernelUnit("fill", List.of("GATUN_TYPE=NONE"));
        assertThatThrownBy(() -> new ShippedKernels("NVRTC was not found: install it").compile(unknown, "sm_90"))
                .isInstanceOf(CudaException.class)
                .hasMessage(
                        "the kernels fill GATUN_TYPE=NONE have to be compiled, and NVRTC was not found: install it");
    }

    @Test
    void itIsTheSameWhetherTensorCoresAreWantedOrNot() {
        assumeThereAreSome();
        assertThat(convolution(0)).isEqualTo(convolution(1)).isNotEmpty();
    }

    private static byte[] convolution(int cores) {
        List<String> defines = List.of("GATUN_TYPE=F16", "GATUN_INTEGRAL=0", "GATUN_TENSOR_CORES=" + cores);
        return new ShippedKernels("").compile(new KernelUnit("convolution", defines), "sm_90");
    }

    @Test
    void areTakenOnlyWhereThereIsNoCompiler() {
        assumeThereAreSome();
        Machine machine = new FakeMachine(folder).machine();
        KernelCompiler compiler = CudaLibraries.compiler(new LibraryFinder(machine), 13, Natives.here(machine));
        assertThat(compiler.describe()).isEqualTo("kernels compiled beforehand, as there is no NVRTC");

        Twins.device();
        Machine here = Machine.here();
        assertThat(CudaLibraries.compiler(new LibraryFinder(here), 13, Natives.here(here))
                        .describe())
                .startsWith("NVRTC ");
    }
}
