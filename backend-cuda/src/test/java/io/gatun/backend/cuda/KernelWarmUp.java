package io.gatun.backend.cuda;

import io.gatun.tensor.Device;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Compiles all kernels at once, on all processors: one after the other, as tests ask for them, that takes minutes. */
public final class KernelWarmUp {
    private KernelWarmUp() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        List<KernelUnit> units = KernelList.all();
        int threads = Runtime.getRuntime().availableProcessors();
        long start = System.nanoTime();
        compile(Device.cuda(0), units, threads);
        System.out.printf(
                "%d units compiled by %d threads in %.0f s.%n",
                units.size(), threads, (System.nanoTime() - start) / 1e9);
    }

    /** The longest are among the first of {@link KernelList}. */
    static void compile(Device device, List<KernelUnit> units, int threads) throws InterruptedException {
        KernelCache kernels = ((CudaBackend) device.backend()).context(device).kernels();
        List<Callable<Void>> tasks = units.stream()
                .<Callable<Void>>map(unit -> () -> {
                    kernels.prepare(unit);
                    return null;
                })
                .toList();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Future<Void> task : pool.invokeAll(tasks)) {
                task.get();
            }
        } catch (ExecutionException e) {
            throw new CudaException(String.valueOf(e.getCause()));
        }
    }
}
