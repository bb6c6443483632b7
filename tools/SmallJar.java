import com.googlecode.pngtastic.core.processing.zopfli.Options;
import com.googlecode.pngtastic.core.processing.zopfli.Zopfli;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Writes a jar once more, with the same files at the same times, as small as the format allows: compressed by Zopfli, without
 * folders and extra fields. The build runs it; Java 17 will do, which Maven may run on.
 */
final class SmallJar {
    private static final String MANIFEST = "META-INF/MANIFEST.MF"; // programs that stream a jar look for it at the start
    private static final int ITERATIONS = 15; // Zopfli's own default
    private static final int LARGEST_BLOCK = 1 << 16; // to split them would save another half of a percent, in four times the time

    private SmallJar() {}

    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[0]);
        Path small = Path.of(jar + ".small");
        Zopfli zopfli = new Zopfli(LARGEST_BLOCK);
        try (ZipFile in = new ZipFile(jar.toFile());
                ZipArchiveOutputStream out = new ZipArchiveOutputStream(small)) {
            out.setUseZip64(Zip64Mode.Never);
            List<ZipEntry> entries = new ArrayList<>(in.stream()
                    .filter(entry -> !entry.isDirectory())
                    .sorted(Comparator.comparing((ZipEntry entry) -> !entry.getName().equals(MANIFEST)))
                    .toList());
            for (ZipEntry entry : entries) {
                write(entry, in.getInputStream(entry).readAllBytes(), zopfli, out);
            }
        }
        Files.move(small, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(ZipEntry from, byte[] bytes, Zopfli zopfli, ZipArchiveOutputStream out)
            throws IOException {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        zopfli.compress(
                new Options(Options.OutputFormat.DEFLATE, Options.BlockSplitting.NONE, ITERATIONS), bytes, deflated);
        boolean shrunk = deflated.size() < bytes.length;
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipArchiveEntry entry = new ZipArchiveEntry(from.getName());
        entry.setTimeLocal(from.getTimeLocal());
        entry.setMethod(shrunk ? ZipEntry.DEFLATED : ZipEntry.STORED);
        entry.setCrc(crc.getValue());
        entry.setSize(bytes.length);
        entry.setCompressedSize(shrunk ? deflated.size() : bytes.length);
        out.addRawArchiveEntry(entry, new ByteArrayInputStream(shrunk ? deflated.toByteArray() : bytes));
    }
}
