package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Index;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
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
    /** What the command {@code write} of numpy_peer.py wrote, once for all tests. */
    @TempDir
    static Path arrays;

    @TempDir
    Path dir;

    private static List<String> names = List.of();

    @BeforeAll
    static void write() throws Exception {
        NumPy.run("write", arrays);
        try (Stream<Path> files = Files.list(arrays)) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".npy"))
                    .map(name -> name.substring(0, name.length() - 4))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everyTypeByteOrderShapeOrderAndVersionIsReadBitForBit() throws Exception {
        assertThat(names).hasSize(25 * 9 * 2 * 3);
        int mapped = 0;
        for (String name : names) {
            Path file = arrays.resolve(name + ".npy");
            byte[] expected = Files.readAllBytes(arrays.resolve(name + ".raw"));
            assertThat(Fixtures.bytes(Npy.read(file))).as(name).isEqualTo(expected);
            if (!name.startsWith("be") && !name.startsWith("leu")) {
                assertThat(Fixtures.bytes(Npy.map(file))).as("%s, mapped", name).isEqualTo(expected);
                mapped++;
            }
        }
        assertThat(mapped).isEqualTo(11 * 9 * 2 * 3);
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
        for (String name : names) {
            if (!name.endsWith("-1")) {
                continue; // NumPy's save writes version 1.0, too
            }
            Tensor tensor = Npy.read(arrays.resolve(name + ".npy"));
            for (String viewName : List.of("same", "transposed", "rolled", "stepped", "inner", "last", "expanded")) {
                Tensor view = view(viewName, tensor);
                if (view != null) {
                    Npy.save(arrays.resolve(name + "." + viewName + ".npy"), view);
                    lines.add(name + " " + viewName);
                }
            }
        }
        Files.write(arrays.resolve("views"), lines);
        assertThat(NumPy.run("resave", arrays))
                .isEqualTo(lines.stream().map(line -> line + " same").toList());
    }

    @Test
    void everyTypeAndByteOrderIsReadFromArchivesBitForBit() throws Exception {
        NumPy.run("archives", dir);
        int read = 0;
        try (Stream<Path> files = Files.list(dir)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".npz") && !file.endsWith("numpy.npz"))
                    .toList()) {
                String name = file.getFileName().toString().replaceAll("(-deflated)?\\.npz", "");
                byte[] expected = Files.readAllBytes(dir.resolve(name + ".raw"));
                try (Npz npz = Npz.open(file)) {
                    assertThat(npz.names()).containsExactly("c", "f");
                    assertThat(Fixtures.bytes(npz.get("c"))).as("%s", file).isEqualTo(expected);
                    assertThat(Fixtures.bytes(npz.get("f"))).as("%s", file).isEqualTo(expected);
                    assertThat(npz.get("f").strides()).containsExactly(1, 3);
                    read++;
                }
            }
        }
        assertThat(read).isEqualTo(2 * 25);
    }

    @Test
    void archivesOfBothAreReadByBoth() throws Exception {
        NumPy.run("archives", dir);
        Map<String, Tensor> arrays = Npz.load(dir.resolve("numpy.npz"));
        assertThat(arrays).hasSize(2 * 11);
        Npz.save(dir.resolve("java.npz"), arrays);
        Npz.saveCompressed(dir.resolve("deflated.npz"), arrays);
        assertThat(NumPy.run("npz", dir)).containsExactly("same", "same");
    }

    @Test
    void bothProcessesSeeWhatTheOtherWritesIntoAMappedFile() throws Exception {
        Npy.save(dir.resolve("shared.npy"), Tensor.of(new double[] {17, 0, 0}));
        Tensor mapped = Npy.map(dir.resolve("shared.npy"), MapMode.READ_WRITE);
        Tensor readOnly = Npy.map(dir.resolve("shared.npy"));
        try (NumPy.Conversation numPy = NumPy.start("memmap", dir)) {
            assertThat(numPy.next()).isEqualTo("mapped");
            assertThat(numPy.ask("get 0")).isEqualTo("17.0");
            mapped.get(Index.at(0)).fill_(-2.5);
            assertThat(numPy.ask("get 0")).isEqualTo("-2.5");
            assertThat(numPy.ask("set 1 42")).isEqualTo("42.0");
            assertThat(mapped.toDoubleArray()).containsExactly(-2.5, 42, 0);
            assertThat(readOnly.toDoubleArray()).containsExactly(-2.5, 42, 0);
            mapped.mul_(2);
            assertThat(numPy.ask("get 1")).isEqualTo("84.0");
            assertThat(numPy.ask("set 2 1e300")).isEqualTo("1e+300");
            assertThat(readOnly.toDoubleArray()).containsExactly(-5, 84, 1e300);
        }
    }

    @Test
    void filesThatGrewHaveTheBytesOfNumPysSave() throws Exception {
        for (String type : List.of("b1", "i1", "u1", "lei2", "lei4", "lei8", "lef2", "lef4", "lef8", "lec8", "lec16")) {
            Tensor rows = Npy.read(arrays.resolve(type + "-13x11x7-C-1.npy"));
            try (NpyWriter out = NpyWriter.create(dir.resolve("grown.npy"), rows.dtype(), 11, 7)) {
                for (int i = 0; i < 26; i++) {
                    out.append(rows.get(Index.range(i % 13, i % 13 + 1)));
                }
            }
            Path appended = Files.copy(
                    arrays.resolve(type + "-13x11x7-C-1.npy"),
                    dir.resolve("appended.npy"),
                    StandardCopyOption.REPLACE_EXISTING);
            try (NpyWriter out = NpyWriter.open(appended)) {
                out.append(rows);
            }
            assertThat(Files.readAllBytes(appended)).isEqualTo(Files.readAllBytes(dir.resolve("grown.npy")));
            if (List.of("b1", "lei8", "lec16").contains(type)) { // each start of Python costs
                String line = type.replace("le", "<").replace("b1", "|b1") + " (26, 11, 7) same True";
                assertThat(NumPy.run("grown", dir)).containsExactly(line, line);
            }
        }
    }

    // ---- headers: what NumPy's reader accepts is accepted here, and the other way round

    /** As numpy_peer.py prints it. */
    static String verdict(byte[] bytes) throws Exception {
        try {
            NpyHeader header = Fixtures.header(bytes);
            ElementType type = header.type();
            String kind = switch (type.dtype()) {
                case BOOL -> "|b1";
                case I8 -> "|i1";
                case U8 -> "|u1";
                case F16, F32, F64 -> (type.swapped() ? ">" : "<") + "f" + type.byteSize();
                case I16, I32, I64 ->
                    (type.swapped() ? ">" : "<") + (type.widening() == null ? "i" : "u") + type.byteSize();
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
            // "f4,", "1f4" and ("f4", 1), which are f4 to NumPy 1, but a structure or a subarray to NumPy 2
            "is structured",
            "is a subarray",
            // ("f4", "S4"), where NumPy means f4
            "holds raw bytes",
            "holds strings");

    /** Spellings that older NumPys alone take, or newer ones alone; all are taken here. */
    private static final String DATED = "'([<>=|]?[nN]|bool8|int0|uint0|float_|singlecomplex|complex_|cfloat)'";

    /** What of NumPy's a tensor can hold. */
    private static final String NUMBERS = "([|]([bui]1)|[<>]([ui][248]|f[248]|c8|c16)) .*";

    private static boolean agree(String their, String our) {
        boolean refused = our.startsWith("refused");
        return their.matches(NUMBERS)
                ? their.equals(our) || refused && STRICTER.stream().anyMatch(our::contains)
                : refused;
    }

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
            if (!agree(their, ours.get(i))) {
                String text = new String(files.get(i), StandardCharsets.ISO_8859_1);
                differences.add("\n" + text.substring(0, Math.min(200, text.length())) + "\n  NumPy: " + their
                        + "\n  here: " + ours.get(i));
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
        for (String header : NpyHeaderTest.BLANKS) {
            files.add(Fixtures.file(3, header, 24));
        }
        for (String header : NpyHeaderTest.INDENTED) {
            files.add(Fixtures.file(3, header, 24));
        }
        for (MalformedNpyTest.Wrong wrong : MalformedNpyTest.files()) {
            files.add(wrong.bytes());
        }
        requireAgreement(files);
    }

    @Test
    void everySpellingOfATypeMeansWhatNumPyMakesOfIt() throws Exception {
        List<String> differences = new ArrayList<>();
        int plain = 0;
        for (String line : NumPy.run("spellings", dir)) {
            String[] parts = line.split("\t", 2);
            String header = "{'descr': " + parts[0] + ", 'fortran_order': False, 'shape': ()}";
            String our = verdict(Fixtures.file(3, header, 64));
            if (!agree(parts[1], our) && !parts[0].matches(DATED)) {
                differences.add("\n" + parts[0] + "\n  NumPy: " + parts[1] + "\n  here: " + our);
            }
            plain += our.startsWith("refused") ? 0 : 1;
        }
        assertThat(differences).isEmpty();
        assertThat(plain).isGreaterThan(1000);
    }

    @Test
    void numPyAgreesOnThousandsOfChangedHeaders() throws Exception {
        requireAgreement(changedHeaders(7));
    }

    /** 3,000 files whose headers are spellings that NumPy accepts, changed in one or two places. */
    static List<byte[]> changedHeaders(long seed) {
        List<String> pieces = List.of(
                "(", ")", "[", "]", "{", "}", ",", ":", "'", "\"", "\\", "\\x", "\\\n", "\n", "\t", "#", "-", "+", "L",
                "0", "1", "07", "0x", "_", ".", "e", "j", "True", "None", "u", "r", "b", ">", "<", "=", "|", "i", "8",
                " ", "+4", "f");
        SplittableRandom random = new SplittableRandom(seed);
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
        return files;
    }
}
