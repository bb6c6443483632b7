package io.gatun.examples;

import io.gatun.nn.data.TensorDataset;
import io.gatun.numpy.Npy;
import io.gatun.tensor.Device;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The data files shipped with the examples, as files that can be mapped: one inside a jar is copied out first. */
final class Shipped {
    private Shipped() {}

    /** The 1797 digits: images (8, 8), {@code F32} from 0 to 1, and their numbers, {@code I64}; on the default device. */
    static TensorDataset digits() throws IOException {
        return new TensorDataset(
                Npy.map(file("digits-images.npy"))
                        .to(Device.getDefault())
                        .toFloat()
                        .div(16),
                Npy.map(file("digits-labels.npy")).to(Device.getDefault()).toLong());
    }

    static Path file(String name) throws IOException {
        URL resource = Shipped.class.getResource(name);
        if (resource == null) {
            throw new NoSuchFileException(name);
        }
        if (resource.getProtocol().equals("file")) {
            try {
                return Path.of(resource.toURI());
            } catch (URISyntaxException impossible) {
                throw new IOException("the resource " + resource + " has no path", impossible);
            }
        }
        Path copy = Files.createTempFile("gatun-", "-" + name);
        copy.toFile().deleteOnExit();
        try (InputStream in = resource.openStream()) {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        return copy;
    }
}
