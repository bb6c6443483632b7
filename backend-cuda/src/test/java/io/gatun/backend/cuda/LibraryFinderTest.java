package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryFinderTest {
    @TempDir
    private Path root;

    private FakeMachine machine;

    @BeforeEach
    void makeUpAMachine() {
        machine = new FakeMachine(root);
    }

    @Test
    void placesAreAskedInOrder() throws IOException {
        Path python = file("venv/lib/python3.11/site-packages/nvidia/cublas/lib/libcublas.so.12");
        machine.variable("VIRTUAL_ENV", root.resolve("venv"));
        assertFound(Library.CUBLAS, 13, python, 12);

        Path installed = file("usr/local/cuda-12.2/lib64/libcublas.so.12");
        assertFound(Library.CUBLAS, 13, installed, 12);

        machine.loads("libcublas.so.12");
        assertThat(find(Library.CUBLAS, 13)).isEqualTo(new FoundLibrary(Library.CUBLAS, "libcublas.so.12", 12));

        Path home = file("home/lib/libcublas.so.12");
        machine.variable("CUDA_HOME", root.resolve("home"));
        assertFound(Library.CUBLAS, 13, home, 12);

        Path path = file("path/lib64/libcublas.so.12");
        machine.variable("CUDA_PATH", root.resolve("path"));
        assertFound(Library.CUBLAS, 13, path, 12);

        Path named = file("named/libcublas.so.12");
        machine.property("gatun.cuda.path", root.resolve("empty") + File.pathSeparator + root.resolve("named"));
        assertFound(Library.CUBLAS, 13, named, 12);
    }

    @Test
    void theNewestInstalledToolkitComesFirst() throws IOException {
        file("usr/local/cuda-9.2/lib64/libnvrtc.so.12");
        file("usr/local/cuda-12.8/lib64/libnvrtc.so.12");
        Path newest = file("usr/local/cuda-13.0/lib64/libnvrtc.so.13");
        Path older = file("usr/local/cuda-12.10/lib64/libnvrtc.so.12");
        assertFound(Library.NVRTC, 13, newest, 13);
        assertFound(Library.NVRTC, 12, older, 12);
    }

    @Test
    void theLoaderIsAskedForTheNewestThatTheDriverCanRun() {
        machine.loads("libcublas.so.12").loads("libcublas.so.13").loads("libcublas.so.14");
        assertThat(find(Library.CUBLAS, 13).major()).isEqualTo(13);
        assertThat(find(Library.CUBLAS, 12).path()).isEqualTo("libcublas.so.12");
        assertThat(find(Library.CUBLAS, 15).major()).isEqualTo(14);
    }

    @Test
    void aFileWithAllOfItsVersionServesWhereTheShortNameIsMissing() throws IOException {
        machine.variable("CUDA_PATH", root.resolve("cuda"));
        Path whole = file("cuda/lib64/libcublas.so.12.6.4.1");
        file("cuda/lib64/libcublasLt.so.12");
        file("cuda/lib64/libcublas.so");
        assertFound(Library.CUBLAS, 12, whole, 12);

        Path usual = file("cuda/lib64/libcublas.so.12");
        assertFound(Library.CUBLAS, 12, usual, 12);
    }

    @Test
    void pythonOnThePathIsFoundWithoutStartingIt() throws IOException {
        Path interpreter = file("opt/python/bin/python3.12");
        Path venv = root.resolve("venv/bin");
        Files.createDirectories(venv);
        Files.createSymbolicLink(venv.resolve("python3"), interpreter);
        machine.variable("PATH", root.resolve("bin") + File.pathSeparator + venv);
        Path behind = file("opt/python/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12");
        assertFound(Library.NVRTC, 13, behind, 12);

        Path own = file("venv/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12");
        assertFound(Library.NVRTC, 13, own, 12);

        Path newer = file("venv/lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13");
        assertFound(Library.NVRTC, 13, newer, 13);
        assertFound(Library.NVRTC, 12, own, 12);
    }

    @Test
    void packagesInTheHomeFolderAreFound() throws IOException {
        machine.property("user.home", root.resolve("home"));
        Path user = file("home/.local/lib/python3.9/site-packages/nvidia/cublas/lib/libcublas.so.12");
        assertFound(Library.CUBLAS, 12, user, 12);
    }

    @Test
    void debiansPackagesAreBesideThoseOfThePrefix() throws IOException {
        file("usr/bin/python3");
        machine.variable("PATH", root.resolve("usr/bin"));
        Path debian = file("usr/local/lib/python3.11/dist-packages/nvidia/cublas/lib/libcublas.so.12");
        assertFound(Library.CUBLAS, 12, debian, 12);
    }

    @Test
    void whatIsNotFoundIsNamedWithThePlacesAndTheRemedy() throws IOException {
        Path newer = file("usr/local/cuda-13.0/lib64/libcublas.so.13");
        machine.property("gatun.cuda.path", root.resolve("named"));
        assertThatThrownBy(() -> find(Library.CUBLAS, 12))
                .isInstanceOf(CudaException.class)
                .hasMessageContaining("cuBLAS was not found: no libcublas.so.12 in gatun.cuda.path")
                .hasMessageContaining(root.resolve("named").toString())
                .hasMessageContaining("CUDA_PATH (none), CUDA_HOME (none), the loader's own path")
                .hasMessageContaining("/usr/local/cuda*")
                .hasMessageContaining("Python's nvidia/*")
                .hasMessageContaining(newer + "] is for a newer driver than the one that is installed")
                .hasMessageContaining("install the CUDA toolkit, or python3 -m pip install nvidia-cublas-cu12");
        assertThatThrownBy(() -> find(Library.NVRTC, 13))
                .hasMessageContaining("NVRTC was not found: no libnvrtc.so.13 or libnvrtc.so.12 in ");
    }

    @Test
    void theDriverIsLookedForWhereDriversAre() throws IOException {
        file("usr/local/cuda-13.0/lib64/libcuda.so.1"); // toolkits bring one to link with, which cannot run anything
        assertThatThrownBy(() -> find(Library.DRIVER, 1))
                .hasMessageContaining("no libcuda.so.1 in gatun.cuda.path (none), the loader's own path;")
                .hasMessageContaining("install the NVIDIA driver");

        machine.loads("libcuda.so.1");
        assertThat(find(Library.DRIVER, 1).path()).isEqualTo("libcuda.so.1");

        machine.property("gatun.cuda.path", root.resolve("fake"));
        assertFound(Library.DRIVER, 1, file("fake/libcuda.so.1"), 1);
    }

    @Test
    void windowsHasOtherNamesAndFolders() throws IOException {
        machine.property("os.name", "Windows 11").variable("CUDA_PATH", root.resolve("cuda"));
        Path cublas = file("cuda/bin/x64/cublas64_13.dll");
        file("cuda/bin/cublasLt64_13.dll");
        Path nvrtc = file("cuda/bin/nvrtc64_120_0.dll");
        assertFound(Library.CUBLAS, 13, cublas, 13);
        assertFound(Library.NVRTC, 13, nvrtc, 12);
        machine.loads("nvcuda.dll");
        assertThat(find(Library.DRIVER, 1).path()).isEqualTo("nvcuda.dll");
    }

    @Test
    void windowsHasToolkitsAmongItsPrograms() throws IOException {
        machine.property("os.name", "Windows 11").variable("ProgramFiles", root.resolve("Programs"));
        assertThatThrownBy(() -> find(Library.CUBLAS, 12))
                .hasMessageContaining("no cublas64_12.dll in ")
                .hasMessageContaining("the loader's own path, NVIDIA GPU Computing Toolkit/CUDA (none)");

        String toolkits = "Programs/NVIDIA GPU Computing Toolkit/CUDA/";
        Path older = file(toolkits + "v12.6/bin/cublas64_12.dll");
        Path newer = file(toolkits + "v13.0/bin/x64/cublas64_13.dll");
        Path compiler = file(toolkits + "v13.0/bin/x64/nvrtc64_130_0.dll");
        file(toolkits + "v13.0/bin/x64/nvrtc-builtins64_130.dll");
        assertFound(Library.CUBLAS, 13, newer, 13);
        assertFound(Library.CUBLAS, 12, older, 12);
        assertFound(Library.NVRTC, 13, compiler, 13);
    }

    @Test
    void pythonsPackagesOnWindowsAreInBin() throws IOException {
        machine.property("os.name", "Windows 11").variable("VIRTUAL_ENV", root.resolve("venv"));
        Path older = file("venv/Lib/site-packages/nvidia/cublas/bin/cublas64_12.dll");
        assertFound(Library.CUBLAS, 13, older, 12);
        Path newer = file("venv/Lib/site-packages/nvidia/cu13/bin/x86_64/cublas64_13.dll");
        assertFound(Library.CUBLAS, 13, newer, 13);
        assertFound(Library.CUBLAS, 12, older, 12);
    }

    private FoundLibrary find(Library library, int newest) {
        return new LibraryFinder(machine.machine()).find(library, newest);
    }

    private void assertFound(Library library, int newest, Path path, int major) {
        assertThat(find(library, newest)).isEqualTo(new FoundLibrary(library, path.toString(), major));
    }

    private Path file(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }
}
