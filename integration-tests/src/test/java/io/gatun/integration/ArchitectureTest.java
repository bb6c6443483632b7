package io.gatun.integration;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the house that a compiler does not check: who may see whom. */
class ArchitectureTest {
    /**
     * The rooms, and those each may see. Arrows point down only, so the table read as a graph has no cycle; the backends
     * are found at run time and seen by nobody, but by what a program may ask of CUDA devices.
     */
    private static final Map<String, List<String>> MAY_SEE = new TreeMap<>(Map.ofEntries(
            Map.entry("io.gatun.tensor", List.of()),
            Map.entry("io.gatun.backend.reference", List.of("io.gatun.tensor")),
            Map.entry("io.gatun.backend.simd", List.of("io.gatun.tensor")),
            Map.entry("io.gatun.backend.cuda", List.of("io.gatun.tensor")),
            Map.entry("io.gatun.cuda", List.of("io.gatun.tensor", "io.gatun.backend.cuda")),
            Map.entry("io.gatun.autograd", List.of("io.gatun.tensor")),
            Map.entry("io.gatun.linalg", List.of("io.gatun.tensor")),
            Map.entry("io.gatun.monitor", List.of("io.gatun.tensor")),
            Map.entry("io.gatun.nn", List.of("io.gatun.autograd", "io.gatun.tensor")),
            Map.entry("io.gatun.numpy", List.of("io.gatun.tensor")),
            Map.entry("io.gatun.safetensors", List.of("io.gatun.tensor")),
            Map.entry(
                    "io.gatun.backend.tck",
                    List.of("io.gatun.tensor", "io.gatun.autograd", "io.gatun.nn", "io.gatun.numpy")),
            Map.entry(
                    "io.gatun.examples",
                    List.of(
                            "io.gatun.tensor",
                            "io.gatun.autograd",
                            "io.gatun.nn",
                            "io.gatun.numpy",
                            "io.gatun.monitor"))));

    private static JavaClasses classes;

    @BeforeAll
    static void readTheClasses() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("/integration-tests/"))
                .importPackages("io.gatun");
    }

    @Test
    void everyClassLivesInARoomOfTheTable() {
        assertThat(classes)
                .allSatisfy(type -> assertThat(MAY_SEE.keySet())
                        .as("rooms, for %s", type.getName())
                        .anyMatch(room -> isIn(room, type)));
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void arrowsPointDownOnly(String room) {
        List<String> visible = MAY_SEE.get(room);

        noClasses()
                .that(resideInAPackage(room + ".."))
                .should()
                .dependOnClassesThat(resideInAPackage("io.gatun..")
                        .and(isInAnyOf(visible).or(isInAnyOf(List.of(room))).negate())
                        .as("live in a room other than %s", visible))
                .because("arrows point down only")
                .check(classes);
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void noRoomIsEmpty(String room) {
        assertThat(classes).as("classes of %s", room).anyMatch(type -> isIn(room, type));
    }

    @Test
    void onlyTheSimdBackendSeesTheVectorApi() {
        noClasses()
                .that(resideOutsideOfPackage("io.gatun.backend.simd.."))
                .should()
                .dependOnClassesThat(resideInAPackage("jdk.incubator.."))
                .because("the Vector API is an incubator module: where it is missing, everything else must still load")
                .check(classes);
    }

    @Test
    void providersOfBackendsLoadWhereTheVectorApiIsMissing() {
        noClasses()
                .that(DescribedPredicate.describe(
                        "provide a backend", type -> type.isAssignableTo("io.gatun.tensor.spi.BackendProvider")))
                .should()
                .dependOnClassesThat(resideInAPackage("jdk.incubator.."))
                .because("discovery asks a provider why its backend cannot be used, so the provider itself must load")
                .allowEmptyShould(true)
                .check(classes);
    }

    @Test
    void theLibraryNeedsNothingButTheJdk() {
        noClasses()
                .that(resideInAnyPackage(
                        "io.gatun.tensor..",
                        "io.gatun.backend.reference..",
                        "io.gatun.backend.simd..",
                        "io.gatun.autograd..",
                        "io.gatun.nn..",
                        "io.gatun.numpy..",
                        "io.gatun.safetensors.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("java..", "jdk.incubator.vector..", "jdk.jfr..", "io.gatun..")
                        // Annotations that nothing reads at run time.
                        .or(resideInAPackage("org.jspecify.annotations.."))
                        .negate()
                        .as("are neither the JDK's nor Gatun's"))
                .because("the CPU path is a few small jars and nothing else")
                .check(classes);
    }

    @Test
    void onlyTheCudaBackendSeesCuda() {
        noClasses()
                .that(resideOutsideOfPackage("io.gatun.backend.cuda.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("jcuda.."))
                .because("everything else runs where there is no GPU")
                .check(classes);
    }

    @Test
    void onlyLinearAlgebraSeesTheLibraryOfDecompositions() {
        noClasses()
                .that(resideOutsideOfPackage("io.gatun.linalg.."))
                .should()
                .dependOnClassesThat(resideInAPackage("org.ojalgo.."))
                .because("another library, or a backend of its own, may take its place")
                .check(classes);
    }

    @Test
    void onlyTheMonitorSeesTheLibrariesOfChartsAndBars() {
        noClasses()
                .that(resideOutsideOfPackage("io.gatun.monitor.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.knowm.xchart..", "me.tongfei.progressbar..", "java.awt.."))
                .because("a program that trains needs no pictures")
                .check(classes);
    }

    /** But for the monitor's progress, whose purpose it is. */
    @Test
    void theLibraryLogsAndNeverPrints() {
        noClasses()
                .that(resideOutsideOfPackage("io.gatun.examples..")
                        .and(resideOutsideOfPackage("io.gatun.backend.tck.."))
                        .and(not(assignableTo("io.gatun.monitor.Progress"))))
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .because("a library's words go to System.Logger, where its user can direct them")
                .check(classes);
    }

    private static List<String> rooms() {
        return List.copyOf(MAY_SEE.keySet());
    }

    private static DescribedPredicate<JavaClass> isInAnyOf(List<String> rooms) {
        return DescribedPredicate.describe(
                "is in any of " + rooms, type -> rooms.stream().anyMatch(room -> isIn(room, type)));
    }

    private static boolean isIn(String room, JavaClass type) {
        return type.getPackageName().equals(room) || type.getPackageName().startsWith(room + ".");
    }

    /** A machine's library for one of these gives other last bits than the interpreter does: see ExponentialF32. */
    @Test
    void noFunctionIsLeftToAMachinesLibrary() {
        Set<String> left = Set.of(
                "EXP", "EXPM1", "LOG", "LOG1P", "LOG10", "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "ATAN2", "SINH",
                "COSH", "TANH", "CBRT", "POW", "HYPOT");
        noClasses()
                .should()
                .accessFieldWhere(DescribedPredicate.describe(
                        "a function of VectorOperators",
                        access -> access.getTargetOwner().getSimpleName().equals("VectorOperators")
                                && left.contains(access.getTarget().getName())))
                .check(classes);
    }
}
