package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Index;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real NumPy on this machine; aborted, with the reason, where there is none. */
class RealNumPyTest {
    @TempDir
    Path dir;

    @BeforeAll
    static void requireNumPy() {
        NumPy.require();
    }

    private List<String> written() throws Exception {
        NumPy.run("write", dir);
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".npy"))
                    .map(name -> name.substring(0, name.length() - 4))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everyTypeByteOrderShapeAndOrderIsReadBitForBit() throws Exception {
        List<String> names = written();
        assertThat(names).hasSize(21 * 9 * 2);
        int mapped = 0;
        for (String name : names) {
            Path file = dir.resolve(name + ".npy");
            byte[] expected = Files.readAllBytes(dir.resolve(name + ".raw"));
            assertThat(Fixtures.bytes(Npy.read(file))).as(name).isEqualTo(expected);
            if (!name.startsWith("be") && !name.startsWith("leu")) {
                assertThat(Fixtures.bytes(Npy.map(file))).as("%s, mapped", name).isEqualTo(expected);
                mapped++;
            }
        }
        assertThat(mapped).isEqualTo(9 * 9 * 2);
    }

    private static @Nullable Tensor view(String name, Tensor t) {
        return switch (name) {
            case "same" -> t;
            case "transposed" -> t.permute(reversed(t.dim()));
            case "rolled" -> t.dim() == 0 ? null : t.movedim(0, -1);
            case "stepped" -> t.dim() == 0 ? null : t.get(Index.ellipsis(), Index.step(2));
            case "inner" -> t.dim() == 0 || t.size(-1) < 3 ? null : t.get(Index.ellipsis(), Index.range(1, -1));
            case "last" -> t.dim() == 0 || t.size(0) == 0 ? null : t.get(Index.at(-1));
            case "expanded" -> t.expand(Shape.of(3).concat(t.shape()).toArray());
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static int[] reversed(int rank) {
        int[] order = new int[rank];
        Arrays.setAll(order, i -> rank - 1 - i);
        return order;
    }

    @Test
    void everyViewIsSavedToTheBytesOfNumPysSave() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String name : written()) {
            Tensor tensor = Npy.read(dir.resolve(name + ".npy"));
            for (String viewName : List.of("same", "transposed", "rolled", "stepped", "inner", "last", "expanded")) {
                Tensor view = view(viewName, tensor);
                if (view != null) {
                    Npy.save(dir.resolve(name + "." + viewName + ".npy"), view);
                    lines.add(name + " " + viewName);
                }
            }
        }
        Files.write(dir.resolve("views"), lines);
        assertThat(NumPy.run("resave", dir))
                .isEqualTo(lines.stream().map(line -> line + " same").toList());
    }

    @Test
    void archivesOfBothAreReadByBoth() throws Exception {
        Map<String, Tensor> arrays = new LinkedHashMap<>(Npz.load(Fixtures.npy("arrays.npz")));
        Files.copy(Fixtures.npy("arrays.npz"), dir.resolve("numpy.npz"));
        Npz.save(dir.resolve("java.npz"), arrays);
        assertThat(NumPy.run("npz", dir)).containsExactly("same");
    }

    @Test
    void aMappedTensorSeesWhatNumPyWritesIntoTheFile() throws Exception {
        Npy.save(dir.resolve("shared.npy"), Tensor.of(new long[] {17, 0, 0}));
        Tensor mapped = Npy.map(dir.resolve("shared.npy"));
        assertThat(NumPy.run("memmap", dir)).containsExactly("17");
        assertThat(mapped.toLongArray()).containsExactly(17, 42, 0);
    }

    // ---- headers: what NumPy's reader accepts is accepted here, and the other way round

    /** As numpy_peer.py prints it. */
    private static String verdict(byte[] bytes) throws Exception {
        try {
            NpyHeader header = Fixtures.header(bytes);
            ElementType type = header.type();
            String kind = switch (type.dtype()) {
                case BOOL -> "|b1";
                case I8 -> "|i1";
                case U8 -> "|u1";
                case F16, F32, F64 -> (type.swapped() ? ">" : "<") + "f" + type.byteSize();
                case I16, I32, I64 ->
                    (type.swapped() ? ">" : "<")
                            + (type.widening() == ElementType.Widening.NONE ? "i" : "u")
                            + type.byteSize();
                case C64, C128 -> (type.swapped() ? ">" : "<") + "c" + type.byteSize();
                case BF16 -> throw new AssertionError("NumPy has no bfloat16");
            };
            String shape = Arrays.stream(header.shape().toArray())
                    .mapToObj(Long::toString)
                    .collect(Collectors.joining("x"));
            return kind + " " + (header.fortranOrder() ? "F " : "C ") + (shape.isEmpty() ? "scalar" : shape);
        } catch (NpyFormatException e) {
            return "refused: " + e.getMessage();
        }
    }

    /** What this reader refuses by design though NumPy's takes it, by a part of the message. */
    private static final List<String> STRICTER = List.of(
            "is there twice",
            "is negative",
            "is more than 2^63 - 1",
            "would take more than 2^63 - 1 bytes",
            "dimensions, more than the limit",
            "and the file ends after",
            "Python objects",
            "strings",
            "raw bytes",
            "dates or durations",
            "is complex",
            "structured",
            "subarray",
            "of no known size");

    private void requireAgreement(List<byte[]> files) throws Exception {
        List<String> ours = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            Files.write(dir.resolve("%05d.npy".formatted(i)), files.get(i));
            ours.add(verdict(files.get(i)));
        }
        List<String> theirs = NumPy.run("headers", dir);
        assertThat(theirs).hasSameSizeAs(ours);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            String their = theirs.get(i).split(" ", 2)[1];
            String our = ours.get(i);
            boolean agree = their.startsWith("refused")
                    ? our.startsWith("refused")
                    : their.equals(our)
                            || our.startsWith("refused") && STRICTER.stream().anyMatch(our::contains);
            if (!agree) {
                String text = new String(files.get(i), StandardCharsets.ISO_8859_1);
                differences.add("\n" + text.substring(0, Math.min(200, text.length())) + "\n  NumPy: " + their
                        + "\n  here: " + our);
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void numPyAcceptsTheSameSpellings() throws Exception {
        List<byte[]> files = new ArrayList<>();
        for (String header : NpyHeaderTest.SPELLINGS) {
            for (int version = 1; version <= 3; version++) {
                files.add(Fixtures.file(version, header, 24));
            }
        }
        for (MalformedNpyTest.Wrong wrong : MalformedNpyTest.files()) {
            files.add(wrong.bytes());
        }
        requireAgreement(files);
    }

    /**
     * 40,000 changes with another seed showed these differences and no other: blanks outside brackets, or between a
     * number and its L, that NumPy refuses and this reader does not; and a control character for a type, which NumPy takes
     * as its internal type number.
     */
    @Test
    void numPyAgreesOnThousandsOfChangedHeaders() throws Exception {
        List<String> pieces = List.of(
                "(", ")", "[", "]", "{", "}", ",", ":", "'", "\"", "\\", "\\x", "\\\n", "\n", "\t", "#", "-", "+", "L",
                "0", "1", "07", "0x", "_", ".", "e", "j", "True", "None", "u", "r", "b", ">", "<", "=", "|", "i", "8",
                " ", "+4", "f");
        SplittableRandom random = new SplittableRandom(7);
        List<byte[]> files = new ArrayList<>();
        for (int run = 0; run < 3000; run++) {
            StringBuilder text =
                    new StringBuilder(NpyHeaderTest.SPELLINGS.get(random.nextInt(NpyHeaderTest.SPELLINGS.size())));
            for (int i = 0; i <= random.nextInt(2); i++) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.setCharAt(at, (char) random.nextInt(32, 256));
                    default -> text.insert(at, pieces.get(random.nextInt(pieces.size())));
                }
            }
            files.add(Fixtures.file(1 + random.nextInt(3), text.toString(), 1 << 10));
        }
        requireAgreement(files);
    }
}
