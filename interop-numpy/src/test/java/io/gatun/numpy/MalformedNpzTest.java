package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which an archive can lie, and what the message says of it. */
class MalformedNpzTest {
    @TempDir
    Path dir;

    private static final byte[] ARRAY =
            Fixtures.file(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (100,)}", 800);

    /** A wrong archive: how it is made from a good one of two members, and a part of the message. */
    record Wrong(String what, Consumer<ZipBuilder> damage, String message) {
        byte[] bytes() {
            ZipBuilder zip = new ZipBuilder();
            zip.stored("a.npy", ARRAY);
            zip.deflated("b.npy", ARRAY);
            damage.accept(zip);
            return zip.build();
        }

        @Override
        public String toString() {
            return what;
        }
    }

    private static Wrong archive(String what, String message, Consumer<ZipBuilder> damage) {
        return new Wrong(what, damage, message);
    }

    private static Wrong stored(String what, String message, Consumer<ZipBuilder.Member> damage) {
        return new Wrong("stored: " + what, zip -> damage.accept(zip.members.get(0)), message);
    }

    private static Wrong deflated(String what, String message, Consumer<ZipBuilder.Member> damage) {
        return new Wrong("deflated: " + what, zip -> damage.accept(zip.members.get(1)), message);
    }

    private static ZipBuilder.Member replace(ZipBuilder zip, byte[] compressed, long size) {
        ZipBuilder.Member member = new ZipBuilder.Member("b.npy", compressed, 8, size, ZipBuilder.crc(ARRAY));
        zip.members.set(1, member);
        return member;
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    static List<Wrong> archives() {
        byte[] good = ZipBuilder.deflate(ARRAY);
        String disagree = "the archive's directory and the header in front of it do not agree";
        String more = "it does not have the " + ARRAY.length + " bytes";
        return List.of(
                archive("one member too many", "no member of its directory begins here", z -> {
                    z.countChange = 1;
                    z.members.get(0).extra = new byte[64];
                }),
                archive("more members than bytes", "cannot have 1002 members", z -> z.countChange = 1000),
                archive("one member too few", "its directory has more than the 1 members", z -> z.countChange = -1),
                archive("directory too long", "does not fit before its end", z -> z.sizeChange = 1 << 20),
                archive("directory elsewhere", "does not fit before its end", z -> z.offsetChange = 1 << 20),
                archive("negative size", "does not fit before its end", z -> z.sizeChange = -1 << 30),
                archive("directory one byte too long", "does not fit before its end", z -> z.sizeChange = 1),
                archive("several parts", "it is one of several parts", z -> z.disk = 1),
                archive(
                        "bytes after the directory",
                        "no member of its directory begins here",
                        z -> z.between = new byte[9]),
                archive("zip64 that disagrees", "its two end records do not agree", z -> {
                    z.zip64 = true;
                    z.zip64CountChange = -3;
                }),
                archive("name not UTF-8", "the name of a member is not UTF-8", z -> {
                    z.members.get(1).name = new byte[] {(byte) 0xFF};
                    z.members.get(1).flags = 1 << 11;
                }),
                archive("no zip64 field", "the sizes of a member are malformed", z -> z.members.get(0).size = -1),
                archive("a negative size in the zip64 field", "the sizes of a member are malformed", z -> {
                    z.members.get(0).size = -1;
                    z.members.get(0).extra = ZipBuilder.zip64Field(-5);
                }),
                archive(
                        "a field longer than its fields",
                        "the sizes of a member are malformed",
                        z -> z.members.get(0).extra = new byte[] {1, 0, 99, 0}),
                archive(
                        "a member behind the directory",
                        "is not in front of the directory",
                        z -> z.members.get(0).offsetChange = 1 << 20),
                archive("a member of terabytes", "is not in front of the directory", z -> {
                    z.members.get(0).compressed = z.members.get(0).size = -1;
                    z.members.get(0).extra = ZipBuilder.zip64Field(1L << 42, 1L << 42);
                }),
                archive("a size that overflows", "is not in front of the directory", z -> {
                    z.members.get(0).compressed = z.members.get(0).size = -1;
                    z.members.get(0).extra = ZipBuilder.zip64Field(Long.MAX_VALUE, Long.MAX_VALUE);
                }),
                stored("reaches into the next", "it reaches into what follows it", m -> m.compressed += 100),
                stored("reaches into the next by a field", "it reaches into what follows it", m -> {
                    m.compressed += 5;
                    m.localExtra = new byte[] {0, 0, 1, 0, 0};
                    m.size += 5;
                    m.localCompressed = m.localSize = -1;
                }),
                deflated(
                        "the bytes of another",
                        "another member of the archive begins where it does",
                        m -> m.offsetChange = -(30 + 5 + ARRAY.length)),
                deflated("within another", "it reaches into what follows it", m -> m.offsetChange = -100),
                stored("no local header", "points to byte 1, where no member begins", m -> {
                    m.offsetChange = 1;
                    m.compressed = m.size = 10;
                }),
                stored("another name", disagree, m -> m.localName = "x.npy".getBytes(StandardCharsets.UTF_8)),
                stored("another method", disagree, m -> m.localMethod = 8),
                stored("another checksum", disagree, m -> m.localCrc++),
                stored("another size", disagree, m -> m.localSize++),
                stored("another compressed size", disagree, m -> m.localCompressed--),
                stored("a size that is not what is stored", "the archive says that", m -> {
                    m.localSize = m.size = m.size - 1;
                }),
                deflated("a size that deflate cannot reach", "the archive says that", m -> {
                    m.localSize = m.size = 1 << 30;
                }),
                stored("encrypted", "it is encrypted", m -> m.flags = 1),
                stored(
                        "a method that is not read",
                        "it is compressed by method 12",
                        m -> m.localMethod = m.method = 12),
                stored("wrong checksum", "do not match the checksum", m -> m.localCrc = ++m.crc),
                deflated("wrong checksum", "do not match the checksum", m -> m.localCrc = ++m.crc),
                new Wrong("ends early", z -> replace(z, Arrays.copyOf(good, good.length - 3), ARRAY.length), "end"),
                new Wrong("goes on", z -> replace(z, concat(good, new byte[7]), ARRAY.length), more),
                new Wrong("no deflate", z -> replace(z, new byte[] {7, 7, 7, 7}, ARRAY.length), "malformed"),
                new Wrong(
                        "longer than it says",
                        z -> replace(z, ZipBuilder.deflate(concat(ARRAY, new byte[1 << 20])), ARRAY.length),
                        more),
                new Wrong(
                        "shorter than it says",
                        z -> replace(z, good, ARRAY.length + 1L),
                        "it does not have the " + (ARRAY.length + 1) + " bytes"));
    }

    @ParameterizedTest
    @MethodSource("archives")
    void isRefusedWithTheReason(Wrong wrong) throws Exception {
        Path file = Files.write(dir.resolve("wrong.npz"), wrong.bytes());
        assertThatThrownBy(() -> Npz.load(file))
                .isInstanceOf(NpyFormatException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(wrong.message());
    }

    @Test
    void whatTheyAreMadeFromIsGood() throws Exception {
        byte[] bytes = new Wrong("nothing", _ -> {}, "").bytes();
        assertThat(Npz.load(Files.write(dir.resolve("x.npz"), bytes))).containsOnlyKeys("a", "b");
    }

    @Test
    void anArchiveCutAnywhereIsRefused() throws Exception {
        byte[] whole = Files.readAllBytes(Fixtures.npy("arrays.npz"));
        for (int length = 0; length < whole.length; length += 11) {
            Path file = Files.write(dir.resolve("x.npz"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Npz.open(file))
                    .as("%d bytes", length)
                    .isInstanceOf(NpyFormatException.class)
                    .hasMessageContaining("not a readable .npz");
        }
    }

    @Test
    void bytesInFrontACommentAndZip64AreNoLies() throws Exception {
        for (boolean zip64 : new boolean[] {false, true}) {
            ZipBuilder zip = new ZipBuilder();
            zip.before = new byte[100];
            zip.comment = "PK\5\6 and so on, and on, and on".getBytes(StandardCharsets.UTF_8);
            zip.zip64 = zip64;
            zip.stored("a.npy", ARRAY);
            ZipBuilder.Member member = zip.deflated("b.npy", ARRAY);
            member.extra =
                    concat(new byte[] {9, 9, 2, 0, 7, 7}, ZipBuilder.zip64Field(ARRAY.length, member.content.length));
            member.size = member.compressed = -1;
            member.localSize = member.localCompressed = -1;
            zip.stored("folder/", new byte[0]);
            Path file = Files.write(dir.resolve("x.npz"), zip.build());
            assertThat(Npz.load(file)).containsOnlyKeys("a", "b");
        }
    }

    @Test
    void manyMembersThatAreEachWithinTheLimitAreTogetherBeyondIt() throws Exception {
        int size = 30 << 20;
        byte[] zeros = Fixtures.file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (" + size + ",)}", size);
        ZipBuilder zip = new ZipBuilder();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            zip.deflated(i + ".npy", zeros);
            names.add(String.valueOf(i));
        }
        Path file = Files.write(dir.resolve("x.npz"), zip.build());
        try (Npz npz = Npz.open(file)) {
            for (String name : names) {
                assertThat(npz.get(name).numel()).isEqualTo(size);
            }
        }
        assertThatThrownBy(() -> Npz.load(file))
                .isInstanceOf(NpyFormatException.class)
                .hasMessageContaining("x.npz!2.npy")
                .hasMessageContaining("more than the limit");
        assertThat(Npz.load(file, 100 << 20)).hasSize(3);
    }

    @Test
    void whatGrowsByBeingWidenedCountsAsItWillBe() throws Exception {
        int count = 20 << 20;
        ZipBuilder zip = new ZipBuilder();
        zip.deflated(
                "a.npy",
                Fixtures.file(1, "{'descr': '<u2', 'fortran_order': False, 'shape': (" + count + ",)}", 2 * count));
        Path file = Files.write(dir.resolve("x.npz"), zip.build());
        try (Npz npz = Npz.open(file)) {
            assertThatThrownBy(() -> npz.get("a"))
                    .isInstanceOf(NpyFormatException.class)
                    .hasMessageContaining("it would take " + 4L * count + " bytes, more than the limit");
        }
    }
}
